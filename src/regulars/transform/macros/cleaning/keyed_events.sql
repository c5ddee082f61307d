{#
  Every usable row of an event entity with its key, and whether it is the row that counts for that
  key. A mapped key keeps the first row of an append source and the newest of an upsert source. A
  row without a key is known by its content plus the number of its occurrence within the delivery:
  the same line delivered twice is one row, two equal lines of one delivery are two.

  Most keys occur once, so only those that do not are ranked: a count of hashes finds them (among
  all delivered rows, whose keys are cheap to read, rejected ones included), and the big table is
  never sorted. An incremental build looks at the new deliveries alone (only append sources are
  built so).
#}
{% macro keyed_events(entity, key) -%}
{%- set mapping = var('entities').get(entity) or {} -%}
{%- set is_mapped = key in mapping.get('columns', {}) -%}
{%- set newest_wins = mapping.get('load') == 'upsert' -%}
{%- set columns = var('canonical', {}).get(entity, []) | map(attribute='name') | list -%}
{%- set content = columns | reject('equalto', key) | list -%}
{%- set base_key = key if is_mapped else regulars.hashed(content) -%}
{%- set hashed_columns = [key] if is_mapped else content -%}
{%- set direction = 'desc' if newest_wins else 'asc' -%}
{%- set new = regulars.new_batches() if is_incremental() -%}
with

{% if is_incremental() -%}
present as (

    select batch_id from {{ this }}
    where batch_id in {{ new }}
    group by batch_id

),

{% endif -%}
usable as (

    select
        *,
        {{ base_key }} as base_key
    from {{ ref('stg_' ~ entity) }}
    {%- if is_incremental() %}
    where
        batch_id in {{ new }}
        and batch_id not in (select batch_id from present)
    {%- endif %}

),

hashed_keys as (

    select {{ regulars.fast_hash(hashed_columns) }} as key_hash
    from {{ ref('base_' ~ entity) }}
    {%- if is_incremental() %}
    where
        batch_id in {{ new }}
        and batch_id not in (select batch_id from present)
    {%- endif %}

),

suspects as (

    select key_hash from hashed_keys
    group by key_hash
    having count(*) > 1

),

doubtful as (

    select
        {{ base_key }} as base_key,
        batch_id,
        file_name,
        row_number,
        landed_at
    from {{ ref('stg_' ~ entity) }}
    where
        {{ regulars.fast_hash(hashed_columns) }} in (select key_hash from suspects)
        {%- if is_incremental() %}
        and batch_id in {{ new }}
        and batch_id not in (select batch_id from present)
        {%- endif %}

),

numbered as (

    select
        *,
        {% if is_mapped -%}
        base_key
        {%- else -%}
        base_key || '-' || cast(row_number() over (
            partition by batch_id, base_key
            order by file_name, row_number
        ) as varchar)
        {%- endif %} as numbered_key
    from doubtful

),

ranked as (

    select
        batch_id,
        file_name,
        row_number,
        numbered_key,
        row_number() over (
            partition by numbered_key
            order by
                landed_at {{ direction }},
                file_name {{ direction }},
                row_number {{ direction }}
        ) as key_rank
    from numbered

),

keyed as (

    select
    {%- for column in content %}
        usable.{{ column }},
    {%- endfor %}
        coalesce(
            ranked.numbered_key, usable.base_key{{ " || '-1'" if not is_mapped }}
        ) as {{ key }},
        usable.source_name,
        usable.batch_id,
        usable.file_name,
        usable.row_number,
        usable.landed_at,
        usable.is_deleted,
        coalesce(ranked.key_rank, 1) as key_rank
    from usable
    left join ranked
        on
            usable.batch_id = ranked.batch_id
            and usable.file_name = ranked.file_name
            and usable.row_number = ranked.row_number

),
{% if is_incremental() %}
delivered_before as (

    select known.{{ key }}
    from {{ this }} as known
    inner join keyed
        on known.{{ key }} = keyed.{{ key }}
    where known.is_kept
    group by known.{{ key }}

),
{% endif %}
judged as (

    select
        keyed.*,
        keyed.key_rank = 1
        {%- if is_incremental() %}
        and delivered_before.{{ key }} is null
        {%- endif %} as is_kept
    from keyed
    {%- if is_incremental() %}
    left join delivered_before
        on keyed.{{ key }} = delivered_before.{{ key }}
    {%- endif %}

)

select * from judged
{%- endmacro %}
