{# Rows that count, with the customer behind the alias (identities) and the two periods. #}
{% macro resolved_events(entity) -%}
{%- set columns = var('canonical', {}).get(entity, []) | map(attribute='name')
    | reject('in', ['customer_id', 'known_at']) | list -%}
{%- set known = 'greatest(kept.occurred_at, coalesce(kept.known_at, kept.occurred_at))' -%}
{%- set has_identities = 'identities' in var('entities') -%}
with

kept as (

    select * from {{ ref('int_' ~ entity ~ '_keyed') }}
    where is_kept and not is_deleted

),
{% if has_identities %}
identities as (

    select * from {{ ref('int_identities_resolved') }}

),
{% endif %}
resolved as (

    select
    {%- for column in columns %}
        kept.{{ column }},
    {%- endfor %}
        {% if has_identities -%}
        coalesce(identities.customer_id, kept.customer_id)
        {%- else -%}
        kept.customer_id
        {%- endif %} as customer_id,
        coalesce(kept.known_at, kept.occurred_at) as known_at,
        {{ regulars.period_of('kept.occurred_at') }} as period,
        {{ regulars.period_of(known) }} as known_period,
        kept.batch_id
    from kept
    {%- if has_identities %}
    left join identities
        on kept.customer_id = identities.alias
    {%- endif %}

)

select * from resolved
{%- endmacro %}
