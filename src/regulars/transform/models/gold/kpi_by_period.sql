with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

periods as (

    select
        cast(date_trunc('month', fct_customer_periods.period) as date) as month,
        fct_customer_periods.*
    from {{ ref('fct_customer_periods') }} as fct_customer_periods
    inner join run_context
        on
            fct_customer_periods.period < cast(run_context.as_of as date)
            and fct_customer_periods.known_period < cast(run_context.as_of as date)

),

firsts as (

    select
        customer_id,
        min(month) as first_month
    from periods
    where orders > 0
    group by customer_id

),

newcomers as (

    select
        first_month as month,
        count(*) as new_customers
    from firsts
    group by first_month

),

customer_months as (

    select
        month,
        customer_id,
        sum(orders) as orders,
        sum(amount) as amount,
        sum(refunds) as refunds,
        sum(refunded) as refunded,
        sum(contacts) as contacts
    from periods
    group by month, customer_id

),

months as (

    select
        month,
        sum(case when orders > 0 then 1 else 0 end) as active_customers,
        sum(orders) as orders,
        sum(amount) as amount,
        sum(refunds) as refunds,
        sum(refunded) as refunded,
        sum(contacts) as contacts
    from customer_months
    group by month

),

final as (

    select
        months.month,
        cast(months.active_customers as bigint) as active_customers,
        cast(coalesce(newcomers.new_customers, 0) as bigint) as new_customers,
        cast(months.orders as bigint) as orders,
        cast(months.amount as decimal(18, 4)) as amount,
        cast(months.refunds as bigint) as refunds,
        cast(months.refunded as decimal(18, 4)) as refunded,
        cast(months.contacts as bigint) as contacts
    from months
    left join newcomers
        on months.month = newcomers.month

)

select * from final
