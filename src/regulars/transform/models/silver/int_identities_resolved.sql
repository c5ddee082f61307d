{#- An alias may point to another alias: chains of up to four links are followed to their end. -#}
with

file_order as (

    select * from {{ source('ops', 'file_order') }}

),

identities as (

    select * from {{ ref('stg_identities') }}
    where rejection_reason is null

),

ranked as (

    select
        identities.alias,
        identities.customer_id,
        identities.is_deleted,
        row_number() over (
            partition by identities.alias
            order by {{ regulars.latest_first('identities') }}
        ) as from_newest
    from identities
    left join file_order
        on
            identities.batch_id = file_order.batch_id
            and identities.file_name = file_order.file

),

links as (

    select
        alias,
        customer_id
    from ranked
    where from_newest = 1 and not is_deleted and alias <> customer_id

),

followed as (

    select
        links.alias,
        coalesce(
            fourth.customer_id, third.customer_id, second.customer_id, links.customer_id
        ) as customer_id
    from links
    left join links as second
        on links.customer_id = second.alias
    left join links as third
        on second.customer_id = third.alias
    left join links as fourth
        on third.customer_id = fourth.alias

)

select * from followed
