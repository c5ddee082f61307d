{{ config(materialized='ephemeral') }}

{#-
  Per customer and as-of date, the measures of every window band: band 0 is the shortest window,
  band 1 what the next one adds, the last band everything before. Cost grows with bands, not with
  features.
-#}
{%- set windows = var('windows', []) -%}
{%- set measures = regulars.measures_of_features() -%}
{%- set known_apart = regulars.known_apart() -%}

with

pieces as (

    select * from {{ ref('int_customer_pieces') }}

),

cutoffs as (

    select as_of from {{ source('ops', 'cutoffs') }}
    group by as_of

),

aged as (

    select
        pieces.*,
        cutoffs.as_of,
        {{ regulars.periods_between('pieces.period', 'cutoffs.as_of') }} as age
    from pieces
    inner join cutoffs
        on
            pieces.period < cast(cutoffs.as_of as date)
            and pieces.known_period < cast(cutoffs.as_of as date)

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
        {{ regulars.counted_bits(regulars.bit_or(measure.bits)) }}
        {%- else -%}
        {{ regulars.combined(measure, measure.name) }}
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
        {{ regulars.combined(measure, measure.name) }} as {{ measure.name }}
    {%- endfor %}
    from banded
    group by customer_id, as_of, band

)

select * from added_up
