with

touches as (

    select * from {{ ref('int_touches_keyed') }}
    where key_rank = 1

),

customers as (

    select * from {{ ref('dim_customer') }}

),

dated as (

    select
        *,
        {{ regulars.period_of('occurred_at') }} as period,
        {{ regulars.period_of('greatest(occurred_at, coalesce(known_at, occurred_at))') }} as known_period
    from touches

),

keyed as (

    select
        dated.touch_id,
        customers.customer_key,
        dated.customer_id,
        dated.occurred_at,
        coalesce(dated.known_at, dated.occurred_at) as known_at,
        dated.period,
        dated.known_period,
        dated.campaign,
        dated.channel,
        dated.treated,
        dated.opened_at,
        dated.clicked_at,
        dated.converted_at,
        dated.cost,
        dated.batch_id
    from dated
    left join customers
        on
            dated.customer_id = customers.customer_id
            and dated.occurred_at >= customers.valid_from
            and dated.occurred_at < customers.valid_to

)

select * from keyed
