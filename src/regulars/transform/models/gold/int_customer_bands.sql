{{ config(materialized='ephemeral') }}

{#-
  Per customer and as-of date, the measures of every window band: band 0 is the shortest window,
  band 1 what the next one adds, the last band everything before. Cost grows with bands, not with
  features.

  No window begins or ends within a piece of time that has no as-of date and no window's first day
  in it, so days are first added up by piece, once for all as-of dates. Weeks and months are
  coarse enough, and rows that became known late are looked at one by one.
-#}
{%- set windows = var('windows', []) -%}
{%- set days = ['last_sale_on', 'first_sale_on', 'last_contact_on'] -%}
{%- set wanted = var('features', []) | map(attribute='measure') | list + days -%}
{%- set measures = var('measures') | selectattr('name', 'in', wanted) | list -%}
{%- set known_apart = [] -%}
{%- for mapping in var('entities').values() if 'known_at' in mapping.columns -%}
    {%- do known_apart.append(true) -%}
{%- endfor -%}
{%- set in_pieces = var('grain') == 'day' and not known_apart -%}

with

periods as (

    select * from {{ ref('fct_customer_periods') }}

),

cutoffs as (

    select as_of from {{ source('ops', 'cutoffs') }}
    group by as_of

),

{% if in_pieces -%}
dates as (

    select period from periods
    group by period

),

edges as (

    select min(period) as edge from dates
    union
    select cast(as_of as date) as edge from cutoffs
    {%- for window in windows %}
    union
    select cast({{ dbt.dateadd('day', -window, 'as_of') }} as date) as edge from cutoffs
    {%- endfor %}

),

placed as (

    select
        dates.period,
        max(edges.edge) as piece
    from dates
    inner join edges
        on edges.edge <= dates.period
    group by dates.period

),

pieces as (

    select
        periods.customer_id,
        placed.piece as period,
        placed.piece as known_period
    {%- for measure in measures %},
        {{ measure.combine }}(periods.{{ measure.name }}) as {{ measure.name }}
    {%- endfor %}
    from periods
    inner join placed
        on periods.period = placed.period
    group by periods.customer_id, placed.piece

),

{% endif -%}
aged as (

    {%- set spans = 'pieces' if in_pieces else 'periods' %}

    select
        {{ spans }}.*,
        cutoffs.as_of,
        {{ regulars.periods_between(spans ~ '.period', 'cutoffs.as_of') }} as age
    from {{ spans }}
    inner join cutoffs
        on
            {{ spans }}.period < cast(cutoffs.as_of as date)
            and {{ spans }}.known_period < cast(cutoffs.as_of as date)

),

{#
  Rows of one period that became known at different times stand in several rows of the rollup; a
  day that both speak of is one day.
-#}
{% if known_apart -%}
whole_periods as (

    select
        customer_id,
        as_of,
        age
    {%- for measure in measures %},
        {% if measure.bits -%}
        {{ regulars.counted_bits('bit_or(' ~ measure.bits ~ ')') }}
        {%- else -%}
        {{ measure.combine }}({{ measure.name }})
        {%- endif %} as {{ measure.name }}
    {%- endfor %}
    from aged
    group by customer_id, as_of, age

),

{% endif -%}
banded as (

    select
        *,
        case
        {%- for window in windows %}
            when age <= {{ window }} then {{ loop.index0 }}
        {%- endfor %}
            else {{ windows | length }}
        end as band
    from {{ 'whole_periods' if known_apart else 'aged' }}

),

added_up as (

    select
        customer_id,
        as_of,
        band
    {%- for measure in measures %},
        {{ measure.combine }}({{ measure.name }}) as {{ measure.name }}
    {%- endfor %}
    from banded
    group by customer_id, as_of, band

)

select * from added_up
