{{ config(materialized='ephemeral') }}

{#- A customer is there at an as-of date by a version known before it, and by joining before it. -#}
{%- set mapping = var('entities').get('customers') -%}
{%- set undated = mapping and 'joined_at' not in mapping.columns -%}

with

cutoffs as (

    select as_of from {{ source('ops', 'cutoffs') }}
    group by as_of

),

customers as (

    select * from {{ ref('dim_customer') }}

),

present as (

    select
        customers.customer_id,
        cutoffs.as_of,
        customers.joined_at,
        {{ 'not customers.is_inferred' if undated else 'customers.joined_at is not null' }}
            as is_known
    {%- for attribute in var('attributes') if attribute.feature %},
        customers.{{ regulars.quoted(attribute.name) }}
    {%- endfor %}
    from cutoffs
    inner join customers
        on
            cutoffs.as_of > customers.valid_from
            and cutoffs.as_of <= customers.valid_to
            and (customers.joined_at is null or customers.joined_at < cutoffs.as_of)

)

select * from present
