{# The date so many days, months or years after a date or moment; what a month lacks is its last day. #}
{% macro date_added(part, count, expression) -%}
    {{ return(adapter.dispatch('date_added', 'regulars')(part, count, expression)) }}
{%- endmacro %}

{% macro default__date_added(part, count, expression) -%}
    cast({{ dbt.dateadd(part, count, expression) }} as date)
{%- endmacro %}
