{{ config(materialized='view') }}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

labels as (

    select * from {{ ref('churn_labels') }}

),

customers as (

    select * from {{ ref('dim_customer') }}
    where is_current

),

{# An outcome that is known at the as-of date itself: only labels without a window have one. -#}
left_by_label as (

    select labels.customer_id
    from labels
    inner join run_context
        on labels.as_of = run_context.as_of
    where labels.churned

),

left_by_date as (

    select customers.customer_id
    from customers
    inner join run_context
        on customers.left_at < run_context.as_of

),

gathered as (

    select customer_id from left_by_label
    union
    select customer_id from left_by_date

)

select * from gathered
