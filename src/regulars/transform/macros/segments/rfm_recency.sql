{# Days since the last sale, or whole periods between where recency is scored by bands. #}
{% macro rfm_recency() -%}
    {% if var('segments').recency_bands -%}
    {{ regulars.periods_between('last_sale_period', 'as_of') }} - 1
    {%- else -%}
    {{ regulars.days_between('last_sale_on', 'as_of') }}
    {%- endif %}
{%- endmacro %}
