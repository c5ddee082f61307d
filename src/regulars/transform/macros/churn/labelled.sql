{# Labelled: the flag that was delivered. Population: every labelled customer. #}
{% macro labelled_outcomes() -%}
labels as (

    select * from {{ ref('stg_labels') }}
    where rejection_reason is null

),

newest as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by coalesce(observed_at, landed_at) desc, file_name, row_number
        ) as from_newest
    from labels

),

outcomes as (

    select
        newest.customer_id,
        cutoffs.as_of,
        newest.churned,
        newest.reason
    from newest
    cross join cutoffs
    where newest.from_newest = 1

)
{%- endmacro %}
