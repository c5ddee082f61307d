{{ config(materialized='ephemeral') }}

{%- set facts = [
    'int_transactions_resolved', 'int_interactions_resolved', 'int_touches_resolved', 'stg_labels',
] -%}

with

{% for fact in facts -%}
customers_of_{{ fact }} as (

    select customer_id from {{ ref(fact) }}
    group by customer_id

),

{% endfor -%}
seen as (

    {% for fact in facts -%}
    select customer_id from customers_of_{{ fact }}
    {{ 'union' if not loop.last }}
    {% endfor %}
)

select * from seen
