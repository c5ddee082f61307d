{%- set members_only = (var('entities').get('transactions') or {}).get('members_only') -%}

with

transactions as (

    select * from {{ ref('int_transactions_keyed') }}
    where key_rank = 1

),

customers as (

    select * from {{ ref('dim_customer') }}

),

completed as (

    select
        transaction_id,
        customer_id,
        occurred_at,
        coalesce(known_at, occurred_at) as known_at,
        coalesce(order_id, transaction_id) as order_id,
        coalesce(lower(kind), case when amount < 0 then 'refund' else 'sale' end) as kind,
        amount,
        quantity,
        discount,
        category,
        product,
        channel,
        payment,
        batch_id
    from transactions

),

dated as (

    select
        *,
        {{ regulars.period_of('occurred_at') }} as period,
        {{ regulars.period_of('greatest(occurred_at, known_at)') }} as known_period
    from completed

),

keyed as (

    select
        dated.*,
        customers.customer_key,
        {% if members_only -%}
        dated.period >= coalesce({{ regulars.period_of('customers.joined_at') }}, dated.period)
        and dated.period <= coalesce({{ regulars.period_of('customers.left_at') }}, dated.period)
        {%- else -%}
        true
        {%- endif %} as is_counted
    from dated
    left join customers
        on
            dated.customer_id = customers.customer_id
            and dated.occurred_at >= customers.valid_from
            and dated.occurred_at < customers.valid_to

),

final as (

    select
        transaction_id,
        customer_key,
        customer_id,
        occurred_at,
        known_at,
        period,
        known_period,
        order_id,
        kind,
        is_counted,
        amount,
        quantity,
        discount,
        category,
        product,
        channel,
        payment,
        batch_id
    from keyed

)

select * from final
