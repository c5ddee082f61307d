{{ config(materialized='table') }}

{#-
  A version holds from its own date of change (no earlier than it was known), else from its
  landing. Several rows for one date are one version. A customer that a later full delivery does
  not hold any more is deleted by it.
-#}
{%- set mapping = var('entities').get('customers') or {} -%}
{%- set direction = 'desc' if mapping.get('load') == 'upsert' else 'asc' -%}
{%- set all_columns = var('canonical', {}).get('customers', []) + var('attributes') -%}
{%- set columns = all_columns | map(attribute='name') | reject('equalto', 'customer_id') | list -%}

with

usable as (

    select * from {{ ref('stg_customers') }}

),

dated as (

    select
        customer_id,
    {%- for column in columns %}
        {{ column }},
    {%- endfor %}
        source_name,
        batch_id,
        file_name,
        row_number,
        landed_at,
        is_deleted,
        {% if 'changed_at' in mapping.get('columns', {}) -%}
        coalesce(greatest(changed_at, coalesce(known_at, changed_at)), landed_at)
        {%- else -%}
        landed_at
        {%- endif %} as version_from
    from usable

),
{% if mapping.get('load') == 'replace' %}
deliveries as (

    select
        batch_id,
        lead(batch_id) over (order by landed_at, batch_id) as next_batch_id,
        lead(landed_at) over (order by landed_at, batch_id) as next_landed_at
    from {{ source('ops', 'batches') }}
    where source = '{{ mapping.source }}'

),

absent as (

    select
        dated.customer_id,
        deliveries.next_batch_id as batch_id,
        deliveries.next_landed_at as landed_at
    from dated
    inner join deliveries
        on dated.batch_id = deliveries.batch_id
    left join dated as later
        on
            deliveries.next_batch_id = later.batch_id
            and dated.customer_id = later.customer_id
    where deliveries.next_batch_id is not null and later.customer_id is null
    group by dated.customer_id, deliveries.next_batch_id, deliveries.next_landed_at

),

with_absent as (

    select * from dated
    union all
    select
        customer_id,
    {%- for column in all_columns if column.name != 'customer_id' %}
        cast(null as {{ regulars.sql_type(column.type) }}) as {{ column.name }},
    {%- endfor %}
        cast(null as varchar) as source_name,
        batch_id,
        cast(null as varchar) as file_name,
        cast(null as bigint) as row_number,
        landed_at,
        true as is_deleted,
        landed_at as version_from
    from absent

),
{% endif %}
ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, version_from
            order by
                landed_at {{ direction }},
                file_name {{ direction }},
                row_number {{ direction }}
        ) as key_rank
    from {{ 'with_absent' if mapping.get('load') == 'replace' else 'dated' }}

)

select * from ranked
