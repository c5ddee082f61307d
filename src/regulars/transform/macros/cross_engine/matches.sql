{# Whether a regular expression is found in a text. #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches', 'regulars')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__matches(text, pattern) -%}
    ({{ text }} ~ '{{ pattern }}')
{%- endmacro %}
