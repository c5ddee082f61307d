{{ config(materialized='ephemeral') }}

{#- Every day of the years from the first event to the as-of date. -#}
{%- set digits = range(10) -%}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

first_periods as (

    select min(period) as first_period from {{ ref('fct_customer_periods') }}

),

years as (

    select
        cast(
            date_trunc(
                'year', coalesce(first_periods.first_period, cast(run_context.as_of as date))
            ) as date
        ) as starts_on,
        {{ regulars.date_added('year', 1, "date_trunc('year', run_context.as_of)") }}
            as ends_before
    from run_context
    cross join first_periods

),

digits as (

    {% for digit in digits -%}
    select {{ digit }} as digit
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        + 10000 * ten_thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as ten_thousands

),

days as (

    select
        {{ regulars.date_added('day', 'numbers.number', 'years.starts_on') }} as date_day
    from numbers
    cross join years
    where numbers.number < {{ regulars.days_between('years.starts_on', 'years.ends_before') }}

)

select * from days
