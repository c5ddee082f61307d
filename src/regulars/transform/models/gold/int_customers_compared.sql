{{ config(materialized='ephemeral') }}

{#- Each version beside the one before it: has anything that is tracked changed? -#}
{%- set attributes = var('attributes') -%}
{%- set tracked = [] -%}
{%- for attribute in attributes if attribute.history == 'track' -%}
    {%- do tracked.append(regulars.quoted(attribute.name)) -%}
{%- endfor -%}
{%- set has_identities = 'identities' in var('entities') -%}
{{- regulars.may_read(['int_identities_resolved']) -}}

with

delivered as (

    select * from {{ ref('int_customers_versioned') }}
    where
        key_rank = 1
        {%- if has_identities %}
        and customer_id not in (select alias from {{ ref('int_identities_resolved') }})
        {%- endif %}

),

fingerprinted as (

    select
        *,
        case when is_deleted then 'deleted' else
            {% if tracked %}{{ regulars.hashed(tracked) }}{% else %}'untracked'{% endif %}
        end as tracked_hash,
        row_number() over (
            partition by customer_id, is_deleted
            order by version_from desc
        ) as from_latest
    from delivered

),

compared as (

    select
        *,
        lag(tracked_hash) over (
            partition by customer_id
            order by version_from
        ) as previous_hash
    from fingerprinted

)

select * from compared
