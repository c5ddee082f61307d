{#- Categories as they were delivered, and those that only transactions know. -#}
with

file_order as (

    select * from {{ source('ops', 'file_order') }}

),

categories as (

    select * from {{ ref('stg_categories') }}
    where rejection_reason is null

),

delivered as (

    select
        categories.*,
        row_number() over (
            partition by categories.category_id
            order by {{ regulars.latest_first('categories') }}
        ) as from_newest
    from categories
    left join file_order
        on
            categories.batch_id = file_order.batch_id
            and categories.file_name = file_order.file

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
