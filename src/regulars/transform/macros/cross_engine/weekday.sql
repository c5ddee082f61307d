{# The day of the week of a date or moment, 1 for Monday. #}
{% macro weekday(expression) -%}
    {{ return(adapter.dispatch('weekday', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__weekday(expression) -%}
    extract(isodow from {{ expression }})
{%- endmacro %}
