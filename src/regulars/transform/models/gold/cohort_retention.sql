{#- Only whole months count: a month that the as-of date cuts would look like a loss. -#}
with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

customer_months as (

    select
        periods.customer_id,
        cast(date_trunc('month', periods.period) as date) as month,
        sum(periods.orders) as orders,
        sum(periods.amount) as amount
    from {{ ref('fct_customer_periods') }} as periods
    cross join run_context
    where
        periods.orders > 0
        and periods.period < cast(date_trunc('month', run_context.as_of) as date)
        and periods.known_period < cast(run_context.as_of as date)
    group by
        periods.customer_id,
        cast(date_trunc('month', periods.period) as date)

),

firsts as (

    select
        customer_id,
        min(month) as cohort_month
    from customer_months
    group by customer_id

),

cohorts as (

    select
        cohort_month,
        count(*) as cohort_customers
    from firsts
    group by cohort_month

),

months as (

    select month_start as month from {{ ref('dim_date') }}
    group by month_start

),

grid as (

    select
        cohorts.cohort_month,
        cohorts.cohort_customers,
        months.month
    from cohorts
    cross join run_context
    inner join months
        on
            cohorts.cohort_month <= months.month
            and months.month < cast(date_trunc('month', run_context.as_of) as date)

),

bought as (

    select
        firsts.cohort_month,
        customer_months.month,
        count(*) as customers,
        sum(customer_months.orders) as orders,
        sum(customer_months.amount) as amount
    from customer_months
    inner join firsts
        on customer_months.customer_id = firsts.customer_id
    group by firsts.cohort_month, customer_months.month

),

final as (

    select
        grid.cohort_month,
        cast(
            (extract(year from grid.month) - extract(year from grid.cohort_month)) * 12
            + extract(month from grid.month) - extract(month from grid.cohort_month) as integer
        ) as months_since,
        cast(grid.cohort_customers as bigint) as cohort_customers,
        cast(coalesce(bought.customers, 0) as bigint) as customers,
        {{ regulars.ratio('coalesce(bought.customers, 0)', 'grid.cohort_customers') }} as retention,
        cast(coalesce(bought.orders, 0) as bigint) as orders,
        cast(coalesce(bought.amount, 0) as decimal(18, 4)) as amount
    from grid
    left join bought
        on
            grid.cohort_month = bought.cohort_month
            and grid.month = bought.month

)

select * from final
