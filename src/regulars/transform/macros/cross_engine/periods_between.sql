{# How many period borders lie between two first days of periods, as an integer. #}
{% macro periods_between(earlier, later) -%}
    {{ return(adapter.dispatch('periods_between', 'regulars')(earlier, later)) }}
{%- endmacro %}

{% macro default__periods_between(earlier, later) -%}
    {%- set later = "cast(" ~ later ~ " as date)" -%}
    {%- set earlier = "cast(" ~ earlier ~ " as date)" -%}
    {%- if var('grain') == 'month' -%}
    cast(
        (extract(year from {{ later }}) - extract(year from {{ earlier }})) * 12
        + extract(month from {{ later }}) - extract(month from {{ earlier }}) as integer
    )
    {%- elif var('grain') == 'week' -%}
    cast({{ regulars.days_between(earlier, later) }} / 7 as integer)
    {%- else -%}
    {{ regulars.days_between(earlier, later) }}
    {%- endif -%}
{%- endmacro %}
