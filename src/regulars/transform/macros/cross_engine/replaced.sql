{# A text with every match of a regular expression replaced; \1 is what its first group matched. #}
{% macro replaced(text, pattern, replacement) -%}
    {{ return(adapter.dispatch('replaced', 'regulars')(text, pattern, replacement)) }}
{%- endmacro %}

{% macro default__replaced(text, pattern, replacement) -%}
    regexp_replace({{ text }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}
