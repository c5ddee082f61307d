{{ config(materialized='view') }}

{%- set inputs = var('features') | selectattr('kind') | list
    + var('attributes') | selectattr('feature') | list -%}
{%- set names = inputs | map(attribute='name') | list -%}

with

labels as (

    select * from {{ ref('churn_labels') }}

),

features as (

    select * from {{ ref('customer_features') }}

),

joined as (

    select
        labels.customer_id,
        labels.as_of,
        labels.role,
        labels.churned
    {%- for name in names %},
        features.{{ regulars.quoted(name) }}
    {%- endfor %}
    from labels
    inner join features
        on
            labels.customer_id = features.customer_id
            and labels.as_of = features.as_of

)

select * from joined
