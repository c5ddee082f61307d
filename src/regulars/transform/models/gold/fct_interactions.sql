{{ config(materialized='view') }}

with

interactions as (

    select * from {{ ref('int_interactions_resolved') }}
    where is_kept and not is_deleted

),

customers as (

    select * from {{ ref('dim_customer') }}

),

keyed as (

    select
        interactions.interaction_id,
        customers.customer_key,
        interactions.customer_id,
        interactions.occurred_at,
        coalesce(interactions.known_at, interactions.occurred_at) as known_at,
        interactions.period,
        interactions.known_period,
        interactions.kind,
        interactions.channel,
        interactions.satisfaction,
        interactions.duration,
        interactions.resolved,
        interactions.sentiment,
        interactions.batch_id
    from interactions
    left join customers
        on
            interactions.customer_id = customers.customer_id
            and interactions.occurred_at >= customers.valid_from
            and interactions.occurred_at < customers.valid_to

)

select * from keyed
