{{ config(materialized='ephemeral') }}

{%- set members_only = (var('entities').get('transactions') or {}).get('members_only') -%}
{{- regulars.may_read(['dim_customer']) -}}

with

transactions as (

    select * from {{ ref('int_transactions_resolved') }}
    where is_kept and not is_deleted

),
{% if members_only %}
customers as (

    select * from {{ ref('dim_customer') }}
    where is_current

),
{% endif %}
counted as (

    select
        transactions.customer_id,
        transactions.period,
        transactions.known_period,
        transactions.occurred_at,
        coalesce(transactions.order_id, transactions.transaction_id) as order_id,
        {{ regulars.transaction_kind('transactions') }} as kind,
        transactions.amount,
        transactions.quantity,
        transactions.discount,
        transactions.category,
        transactions.channel,
        transactions.payment,
        transactions.batch_id
    from transactions
    {%- if members_only %}
    left join customers
        on transactions.customer_id = customers.customer_id
    where {{ regulars.is_counted('transactions', 'customers') }}
    {%- endif %}

)

select * from counted
