{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['customer_id', 'period'],
    on_schema_change='fail',
) }}

{#-
  One pass over each fact: every windowed feature comes from this rollup, never from raw rows.
  An incremental build recomputes the customer periods that the new deliveries touch.
-#}
{%- set all_facts = ['transactions', 'interactions', 'touches'] -%}
{%- set mapped = all_facts | select('in', var('entities')) | list -%}
{%- set facts = mapped or ['transactions'] -%}
{%- set measures = var('measures') -%}
{%- set rows_of = {
    'transactions': ref('int_transactions_counted'),
    'interactions': ref('int_interactions_resolved'),
    'touches': ref('int_touches_resolved'),
} -%}

with
{% if is_incremental() %}
{%- for fact in facts %}
{{ fact }}_delivered as (

    select
        customer_id,
        period
    from {{ rows_of[fact] }}
    where
        batch_id in {{ regulars.new_batches() }}
        {%- if fact != 'transactions' %}
        and is_kept
        and not is_deleted
        {%- endif %}
    group by customer_id, period

),
{% endfor %}
changed as (

    {% for fact in facts -%}
    select * from {{ fact }}_delivered
    {{ 'union' if not loop.last }}
    {% endfor %}
),
{% endif %}
{%- for fact in facts %}
{{ fact }} as (

    select fact_rows.* from {{ rows_of[fact] }} as fact_rows
    {%- if is_incremental() %}
    inner join changed
        on
            fact_rows.customer_id = changed.customer_id
            and fact_rows.period = changed.period
    where
        fact_rows.period >= (select min(period) from changed)
        {%- if fact != 'transactions' %}
        and fact_rows.is_kept
        and not fact_rows.is_deleted
        {%- endif %}
    {%- elif fact != 'transactions' %}
    where fact_rows.is_kept and not fact_rows.is_deleted
    {%- endif %}

),

{{ fact }}_rolled_up as (

    select
        customer_id,
        period,
        known_period
    {%- for measure in measures if measure.entity == fact %},
        {% if measure.bits -%}
        {%- set bits = measures | selectattr('name', 'equalto', measure.bits) | first -%}
        {{ regulars.counted_bits(regulars.engine_sql(bits.sql)) }}
        {%- else -%}
        cast({{ regulars.engine_sql(measure.sql) }} as {{ regulars.type_name(measure.data_type) }})
        {%- endif %} as {{ measure.name }}
    {%- endfor %}
    from {{ fact }}
    group by customer_id, period, known_period

),
{% endfor %}
{%- if facts | length > 1 %}
active as (

    {% for fact in facts -%}
    select customer_id, period, known_period from {{ fact }}_rolled_up
    {{ 'union' if not loop.last }}
    {% endfor %}
),
{% endif %}
gathered as (

    {%- set spine = 'active' if facts | length > 1 else facts[0] ~ '_rolled_up' %}

    select
        {{ spine }}.customer_id,
        {{ spine }}.period,
        {{ spine }}.known_period
    {%- for measure in measures %},
        {% if measure.entity not in facts -%}
        cast(
            {{ 'null' if measure.empty is none else measure.empty }}
            as {{ regulars.type_name(measure.data_type) }}
        )
        {%- elif measure.empty is not none and facts | length > 1 -%}
        coalesce({{ measure.entity }}_rolled_up.{{ measure.name }}, {{ measure.empty }})
        {%- else -%}
        {{ measure.entity }}_rolled_up.{{ measure.name }}
        {%- endif %} as {{ measure.name }}
    {%- endfor %}
    from {{ spine }}
    {%- if facts | length > 1 %}
    {%- for fact in facts %}
    left join {{ fact }}_rolled_up
        on
            active.customer_id = {{ fact }}_rolled_up.customer_id
            and active.period = {{ fact }}_rolled_up.period
            and active.known_period = {{ fact }}_rolled_up.known_period
    {%- endfor %}
    {%- endif %}

)

select * from gathered
