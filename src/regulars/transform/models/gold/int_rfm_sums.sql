{{ config(materialized='ephemeral') }}

{#-
  RFM at past dates in one pass: a period counts from the first date after it, so its sums are
  added to that date, and running sums carry them on to all later ones.
-#}

with

dates as (

    select as_of from {{ source('ops', 'segment_dates') }}
    group by as_of

),

spans as (

    select
        as_of,
        coalesce(
            lag(as_of) over (order by as_of), cast('0001-01-01' as timestamp)
        ) as previous
    from dates

),

periods as (

    select
        customer_id,
        period,
        last_sale_on,
        orders,
        {{ var('segments').frequency }} as frequency,
        amount,
        cast(greatest(period, known_period) as timestamp) as counts_from
    from {{ ref('fct_customer_periods') }}

),

added as (

    select
        periods.customer_id,
        spans.as_of,
        min(case when periods.orders > 0 then periods.period end) as first_sale_period,
        max(case when periods.orders > 0 then periods.period end) as last_sale_period,
        max(periods.last_sale_on) as last_sale_on,
        sum(periods.frequency) as frequency,
        sum(periods.amount) as monetary,
        sum(periods.orders) as orders,
        sum(case when periods.orders > 0 then 1 else 0 end) as purchases
    from periods
    inner join spans
        on
            periods.counts_from < spans.as_of
            and periods.counts_from >= spans.previous
    group by periods.customer_id, spans.as_of

),

firsts as (

    select
        customer_id,
        min(as_of) as first_as_of
    from added
    group by customer_id

),

grid as (

    select
        firsts.customer_id,
        dates.as_of
    from firsts
    inner join dates
        on dates.as_of >= firsts.first_as_of

),

carried as (

    select
        grid.customer_id,
        grid.as_of,
        min(added.first_sale_period) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as first_sale_period,
        max(added.last_sale_period) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as last_sale_period,
        max(added.last_sale_on) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as last_sale_on,
        sum(added.frequency) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as frequency,
        sum(added.monetary) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as monetary,
        sum(added.orders) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as orders,
        sum(added.purchases) over (
            partition by grid.customer_id order by grid.as_of rows unbounded preceding
        ) as purchases
    from grid
    left join added
        on
            grid.customer_id = added.customer_id
            and grid.as_of = added.as_of

)

select * from carried
