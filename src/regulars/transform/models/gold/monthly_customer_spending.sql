{#-
  Months with a sale, and the month after each of them where nothing was bought: a customer who
  stops must not fall out of the table at the very moment that matters.
-#}
with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

bought as (

    select
        periods.customer_id,
        cast(date_trunc('month', periods.period) as date) as month,
        sum(periods.orders) as orders,
        sum(periods.amount) as amount,
        min(periods.first_sale_on) as first_sale_on,
        max(periods.last_sale_on) as last_sale_on
    from {{ ref('fct_customer_periods') }} as periods
    cross join run_context
    where
        periods.orders > 0
        and periods.period < cast(run_context.as_of as date)
        and periods.known_period < cast(run_context.as_of as date)
    group by
        periods.customer_id,
        cast(date_trunc('month', periods.period) as date)

),

continued as (

    select
        customer_id,
        {{ regulars.date_added('month', 1, 'month') }} as month,
        amount as previous_amount
    from bought

),

joined as (

    select
        coalesce(bought.customer_id, continued.customer_id) as customer_id,
        coalesce(bought.month, continued.month) as month,
        cast(coalesce(bought.orders, 0) as bigint) as orders,
        cast(coalesce(bought.amount, 0) as decimal(18, 4)) as amount,
        bought.first_sale_on,
        bought.last_sale_on,
        cast(coalesce(continued.previous_amount, 0) as decimal(18, 4)) as previous_amount
    from bought
    full outer join continued
        on
            bought.customer_id = continued.customer_id
            and bought.month = continued.month

),

begun as (

    select
        joined.*,
        joined.month < cast(date_trunc('month', run_context.as_of) as date) as is_whole
    from joined
    cross join run_context
    where joined.month < cast(run_context.as_of as date)

),

final as (

    select
        customer_id,
        month,
        orders,
        amount,
        {{ regulars.ratio('amount', 'orders') }} as amount_per_order,
        first_sale_on,
        last_sale_on,
        previous_amount,
        cast(amount - previous_amount as decimal(18, 4)) as change,
        {{ regulars.ratio('amount - previous_amount', 'previous_amount') }} as change_share,
        is_whole,
        is_whole and previous_amount > 0 and amount < 0.7 * previous_amount as is_alert
    from begun

)

select * from final
