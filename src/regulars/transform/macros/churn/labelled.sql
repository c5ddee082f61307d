{# Labelled: the flag that was delivered. Population: every labelled customer. #}
{% macro labelled_outcomes() -%}
file_order as (

    select * from {{ source('ops', 'file_order') }}

),

labels as (

    select * from {{ ref('stg_labels') }}
    where rejection_reason is null

),

newest as (

    select
        labels.*,
        row_number() over (
            partition by labels.customer_id
            order by
                coalesce(labels.observed_at, cast('1900-01-01' as timestamp)) desc,
                {{ regulars.latest_first('labels') }}
        ) as from_newest
    from labels
    left join file_order
        on
            labels.batch_id = file_order.batch_id
            and labels.file_name = file_order.file

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
