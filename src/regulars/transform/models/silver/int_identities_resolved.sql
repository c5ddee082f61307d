{#- An alias may point to another alias: chains of up to four links are followed to their end. -#}
with

identities as (

    select * from {{ ref('stg_identities') }}
    where rejection_reason is null

),

ranked as (

    select
        alias,
        customer_id,
        is_deleted,
        row_number() over (
            partition by alias
            order by landed_at desc, file_name desc, row_number desc
        ) as from_newest
    from identities

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
