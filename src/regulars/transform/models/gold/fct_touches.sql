{{ config(materialized='view') }}

with

touches as (

    select * from {{ ref('int_touches_resolved') }}
    where is_kept and not is_deleted

),

customers as (

    select * from {{ ref('dim_customer') }}

),

keyed as (

    select
        touches.touch_id,
        customers.customer_key,
        touches.customer_id,
        touches.occurred_at,
        coalesce(touches.known_at, touches.occurred_at) as known_at,
        touches.period,
        touches.known_period,
        touches.campaign,
        touches.channel,
        touches.treated,
        touches.opened_at,
        touches.clicked_at,
        touches.converted_at,
        touches.cost,
        touches.batch_id
    from touches
    left join customers
        on
            touches.customer_id = customers.customer_id
            and touches.occurred_at >= customers.valid_from
            and touches.occurred_at < customers.valid_to

)

select * from keyed
