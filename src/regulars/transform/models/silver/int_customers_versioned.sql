{{ config(materialized='ephemeral') }}

{#- A version is a row with its own date of change; several rows for one date are one version. -#}
{%- set upsert = (var('entities').get('customers') or {}).get('load') == 'upsert' -%}

with

usable as (

    select * from {{ ref('stg_customers') }}

),

dated as (

    select
        *,
        coalesce(changed_at, landed_at) as version_from
    from usable

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id, version_from
            order by landed_at {{ 'desc' if upsert else 'asc' }}, file_name, row_number
        ) as key_rank
    from dated

)

select * from ranked
