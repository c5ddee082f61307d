{#- Categories as they were delivered, and those that only transactions know. -#}
with

delivered as (

    select
        *,
        row_number() over (
            partition by category_id
            order by landed_at desc, file_name desc, row_number desc
        ) as from_newest
    from {{ ref('stg_categories') }}
    where rejection_reason is null

),

named as (

    select
        category_id,
        coalesce(name, category_id) as category_name,
        category_group
    from delivered
    where from_newest = 1

),

sold as (

    select coalesce(category, 'Uncategorized') as category_id
    from {{ ref('fct_transactions') }}
    group by coalesce(category, 'Uncategorized')

),

joined as (

    select
        {{ regulars.hashed(['coalesce(named.category_id, sold.category_id)']) }} as category_key,
        coalesce(named.category_id, sold.category_id) as category_id,
        coalesce(named.category_name, sold.category_id) as category_name,
        coalesce(named.category_group, 'Other') as category_group,
        named.category_id is null as is_inferred,
        sold.category_id is not null as is_sold
    from named
    full outer join sold
        on named.category_id = sold.category_id

)

select * from joined
