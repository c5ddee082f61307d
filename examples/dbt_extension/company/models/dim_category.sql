-- The shop's own groups of products, in place of the dim_category of Regulars.
with

sold as (

    select coalesce(category, 'Uncategorized') as category_id
    from {{ ref('fct_transactions') }}
    group by coalesce(category, 'Uncategorized')

),

grouped as (

    select
        {{ regulars.hashed(['category_id']) }} as category_key,
        category_id,
        category_id as category_name,
        case when category_id in ('tea', 'coffee') then 'Drinks' else 'Other' end as category_group,
        true as is_inferred,
        true as is_sold
    from sold

)

select * from grouped
