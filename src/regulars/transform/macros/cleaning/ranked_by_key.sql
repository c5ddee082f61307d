{#
  Usable rows of an event entity with their key and, per key, the order in which they count:
  rank 1 is kept, the others are merged into it. A mapped key keeps the first row of an append
  source and the newest of an upsert source. A row without a key is known by its content plus the
  number of its occurrence within the delivery: the same line delivered twice is one row, two
  equal lines of one delivery are two.
#}
{% macro ranked_by_key(entity, key) -%}
    {%- set mapping = var('entities').get(entity) or {} -%}
    {%- set columns = var('canonical', {}).get(entity, []) | map(attribute='name') | reject('equalto', key) | list -%}
with

usable as (

    select * from {{ ref('stg_' ~ entity) }}

),

{% if key in mapping.get('columns', {}) %}
keyed as (

    select * from usable

),
{% else %}
hashed as (

    select
        *,
        {{ regulars.hashed(columns) }} as content_hash
    from usable

),

keyed as (

    select
    {%- for column in columns %}
        {{ column }},
    {%- endfor %}
        content_hash || '-' || cast(row_number() over (
            partition by batch_id, content_hash
            order by file_name, row_number
        ) as varchar) as {{ key }},
        source_name,
        batch_id,
        file_name,
        row_number,
        landed_at,
        unreadable
    from hashed

),
{% endif %}
ranked as (

    select
        *,
        row_number() over (
            partition by {{ key }}
            order by
                landed_at {{ 'desc' if mapping.get('load') == 'upsert' else 'asc' }},
                file_name,
                row_number
        ) as key_rank
    from keyed

)

select * from ranked
{%- endmacro %}
