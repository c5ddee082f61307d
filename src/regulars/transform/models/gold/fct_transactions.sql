{{ config(materialized='view') }}

with

transactions as (

    select * from {{ ref('int_transactions_resolved') }}
    where is_kept and not is_deleted

),

customers as (

    select * from {{ ref('dim_customer') }}

),

keyed as (

    select
        transactions.transaction_id,
        customers.customer_key,
        transactions.customer_id,
        transactions.occurred_at,
        coalesce(transactions.known_at, transactions.occurred_at) as known_at,
        transactions.period,
        transactions.known_period,
        coalesce(transactions.order_id, transactions.transaction_id) as order_id,
        {{ regulars.transaction_kind('transactions') }} as kind,
        {{ regulars.is_counted('transactions', 'customers') }} as is_counted,
        transactions.amount,
        transactions.{{ regulars.delivered('transactions', 'amount') }} as amount_uncapped,
        transactions.quantity,
        transactions.discount,
        transactions.category,
        transactions.product,
        transactions.channel,
        transactions.payment,
        transactions.batch_id
    from transactions
    left join customers
        on
            transactions.customer_id = customers.customer_id
            and transactions.occurred_at >= customers.valid_from
            and transactions.occurred_at < customers.valid_to

)

select * from keyed
