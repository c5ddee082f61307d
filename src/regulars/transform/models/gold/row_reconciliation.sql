{%- set kept = {
    'customers': ref('int_customers_versioned'), 'transactions': ref('fct_transactions'),
    'interactions': ref('fct_interactions'), 'touches': ref('fct_touches'),
} -%}
{{- regulars.may_read([
    'stg_customers', 'stg_transactions', 'stg_interactions', 'stg_touches', 'stg_categories',
    'stg_labels', 'stg_identities',
]) -}}

with

rejected as (

    select
        entity,
        sum(case when disposition = 'rejected' then 1 else 0 end) as rejected,
        sum(case when disposition = 'merged' then 1 else 0 end) as merged
    from {{ ref('rejected_rows') }}
    where entity is not null
    group by entity

),
{% for entity in var('entities') %}
{{ entity }}_read as (

    select count(*) as read_rows from {{ ref('stg_' ~ entity) }}

),

{{ entity }}_kept as (

    select count(*) as kept_rows
    {%- if entity in kept %}
    from {{ kept[entity] }}
    {%- if entity == 'customers' %}
    where key_rank = 1 and source_name is not null
    {%- endif %}
    {%- else %}
    from {{ ref('stg_' ~ entity) }}
    where rejection_reason is null
    {%- endif %}

),
{% endfor %}
counted as (
{% for entity in var('entities') %}
    select
        '{{ entity }}' as entity,
        {{ entity }}_read.read_rows,
        {{ entity }}_kept.kept_rows
    from {{ entity }}_read
    cross join {{ entity }}_kept
    {{ 'union all' if not loop.last }}
{%- else %}
    select
        cast(null as {{ regulars.type_name('varchar') }}) as entity,
        0 as read_rows,
        0 as kept_rows
    where 1 = 0
{%- endfor %}
),

reconciled as (

    select
        counted.entity,
        cast(counted.read_rows as bigint) as read_rows,
        cast(counted.kept_rows as bigint) as kept_rows,
        cast(coalesce(rejected.rejected, 0) as bigint) as rejected_rows,
        cast(coalesce(rejected.merged, 0) as bigint) as merged_rows,
        counted.read_rows
        = counted.kept_rows + coalesce(rejected.rejected, 0) + coalesce(rejected.merged, 0)
            as is_balanced
    from counted
    left join rejected
        on counted.entity = rejected.entity

)

select * from reconciled
