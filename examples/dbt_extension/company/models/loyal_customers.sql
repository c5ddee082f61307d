-- Customers with two orders or more whom nobody refunded everything, at the run's as-of date.
with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

features as (

    select * from {{ ref('customer_features') }}

),

loyal as (

    select
        features.customer_id,
        features.as_of,
        features.orders_ever as orders,
        features.amount_ever as amount
    from features
    inner join run_context
        on features.as_of = run_context.as_of
    where features.orders_ever >= 2 and features.amount_ever > 0

)

select * from loyal
