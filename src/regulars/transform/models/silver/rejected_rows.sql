{{ config(materialized='table') }}

{%- set entities = ['customers', 'transactions', 'interactions', 'touches', 'categories', 'labels'] %}
{%- set keyed = ['int_customers_versioned', 'int_transactions_keyed', 'int_interactions_keyed', 'int_touches_keyed'] %}

with

malformed as (

    select
        cast(null as varchar) as entity,
        source as source_name,
        batch_id,
        file as file_name,
        row_number,
        'rejected' as disposition,
        reason
    from {{ source('ops', 'malformed_rows') }}

),
{% for entity in entities %}
{{ entity }}_rejected as (

    select
        '{{ entity }}' as entity,
        source_name,
        batch_id,
        file_name,
        row_number,
        'rejected' as disposition,
        rejected_because as reason
    from {{ ref('base_' ~ entity) }}
    where rejected_because is not null

),
{% endfor %}
{%- for model in keyed %}
{{ model }}_merged as (

    select
        '{{ model.split("_")[1] }}' as entity,
        source_name,
        batch_id,
        file_name,
        row_number,
        'merged' as disposition,
        'the same key as a row that was kept' as reason
    from {{ ref(model) }}
    where key_rank > 1

),
{% endfor %}
gathered as (

    select * from malformed
{%- for entity in entities %}
    union all
    select * from {{ entity }}_rejected
{%- endfor %}
{%- for model in keyed %}
    union all
    select * from {{ model }}_merged
{%- endfor %}

)

select * from gathered
