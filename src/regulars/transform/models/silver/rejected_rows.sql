{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ regulars.forget_rejected(this) if is_incremental() }}",
) }}

{#- Rows of events, of which there are many, are judged once: only append sources are built so. -#}
{%- set entities = [
    'customers', 'transactions', 'interactions', 'touches', 'categories', 'labels', 'identities',
] %}
{%- set keys = {
    'transactions': 'transaction_id', 'interactions': 'interaction_id', 'touches': 'touch_id',
} -%}
{%- set events = keys | list -%}

with

malformed as (

    select
        cast(null as {{ regulars.type_name('varchar') }}) as entity,
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
        rejection_reason as reason
    from {{ ref('stg_' ~ entity) }}
    where
        rejection_reason is not null
        {%- if is_incremental() and entity in events %}
        and batch_id in {{ regulars.new_batches() }}
        {%- endif %}

),
{% endfor %}
{%- for entity in events %}
{{ entity }}_merged as (

    select
        '{{ entity }}' as entity,
        source_name,
        batch_id,
        file_name,
        row_number,
        'merged' as disposition,
        case
            when is_deleted and is_kept then 'says that the row of its key is deleted'
            {%- if keys[entity] in (var('entities').get(entity) or {}).get('columns', []) %}
            else 'the same key as a row that was kept'
            {%- else %}
            else 'the same values as a row of another file that was kept'
            {%- endif %}
        end as reason
    from {{ ref('int_' ~ entity ~ '_resolved') }}
    where
        (not is_kept or is_deleted)
        {%- if is_incremental() %}
        and batch_id in {{ regulars.new_batches() }}
        {%- endif %}

),
{% endfor %}
customers_merged as (

    select
        'customers' as entity,
        source_name,
        batch_id,
        file_name,
        row_number,
        'merged' as disposition,
        'the same key as a row that was kept' as reason
    from {{ ref('int_customers_versioned') }}
    where key_rank > 1 and source_name is not null

),

gathered as (

    select * from malformed
{%- for entity in entities %}
    union all
    select * from {{ entity }}_rejected
{%- endfor %}
{%- for entity in events + ['customers'] %}
    union all
    select * from {{ entity }}_merged
{%- endfor %}

)

select * from gathered
