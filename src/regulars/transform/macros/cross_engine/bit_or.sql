{# The bits that are set in any of a group's whole numbers. #}
{% macro bit_or(expression) -%}
    {{ return(adapter.dispatch('bit_or', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__bit_or(expression) -%}
    bit_or({{ expression }})
{%- endmacro %}
