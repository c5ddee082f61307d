{{ config(materialized='ephemeral') }}

{#-
  No window begins or ends within a piece of time that has no as-of date and no window's first day
  in it, so days are added up by piece, once for all as-of dates. Weeks and months are coarse
  enough, and rows that became known late are looked at one by one.
-#}
{%- set windows = var('windows', []) -%}
{%- set measures = regulars.measures_of_features() -%}

with

periods as (

    select * from {{ ref('fct_customer_periods') }}

),

{% if var('grain') == 'day' and not regulars.known_apart() -%}
dates as (

    select period from periods
    group by period

),

cutoffs as (

    select as_of from {{ source('ops', 'cutoffs') }}
    group by as_of

),

edges as (

    select min(period) as edge from dates
    union
    select cast(as_of as date) as edge from cutoffs
    {%- for window in windows %}
    union
    select {{ regulars.date_added('day', -window, 'as_of') }} as edge from cutoffs
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
        {{ regulars.combined(measure, 'periods.' ~ measure.name) }} as {{ measure.name }}
    {%- endfor %}
    from periods
    inner join placed
        on periods.period = placed.period
    group by periods.customer_id, placed.piece

)
{%- else -%}
pieces as (

    select * from periods

)
{%- endif %}

select * from pieces
