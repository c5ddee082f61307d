{%- set frequency = var('segments').frequency -%}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

periods as (

    select
        fct_customer_periods.*,
        run_context.as_of
    from {{ ref('fct_customer_periods') }} as fct_customer_periods
    cross join run_context
    where
        fct_customer_periods.period < cast(run_context.as_of as date)
        and fct_customer_periods.known_period < cast(run_context.as_of as date)

),

summed as (

    select
        customer_id,
        as_of,
        min(case when orders > 0 then period end) as first_sale_period,
        max(case when orders > 0 then period end) as last_sale_period,
        max(last_sale_on) as last_sale_on,
        cast(sum({{ frequency }}) as decimal(18, 4)) as frequency,
        cast(sum(amount) as decimal(18, 4)) as monetary,
        cast(sum(orders) as bigint) as orders,
        cast(sum(case when orders > 0 then 1 else 0 end) as bigint) as purchases
    from periods
    group by customer_id, as_of

),

measured as (

    select
        customer_id,
        as_of,
        first_sale_period,
        last_sale_period,
        purchases,
        last_sale_on,
        {{ regulars.rfm_recency() }} as recency,
        frequency,
        monetary
    from summed
    where orders > 0

),

{{ regulars.rfm_scores() }}

select * from coded
