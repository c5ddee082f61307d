{{ config(materialized='ephemeral') }}

{#- Whoever did anything, got a message or is labelled, also without a row of customers. -#}
{%- set counts = {
    'int_transactions_resolved': 'is_kept and not is_deleted',
    'int_interactions_resolved': 'is_kept and not is_deleted',
    'int_touches_resolved': 'is_kept and not is_deleted',
    'stg_labels': 'rejection_reason is null',
} -%}

with

{% for fact in counts -%}
customers_of_{{ fact }} as (

    select customer_id from {{ ref(fact) }}
    where {{ counts[fact] }}
    group by customer_id

),

{% endfor -%}
seen as (

    {% for fact in counts -%}
    select customer_id from customers_of_{{ fact }}
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select * from seen
