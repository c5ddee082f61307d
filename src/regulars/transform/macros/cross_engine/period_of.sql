{# The first day of the period (day, week from Monday, or month) that holds a moment. #}
{% macro period_of(expression) -%}
    {%- if var('grain') == 'day' -%}
    cast({{ expression }} as date)
    {%- else -%}
    cast(date_trunc('{{ var("grain") }}', {{ expression }}) as date)
    {%- endif -%}
{%- endmacro %}
