{#- One pass over each fact: every windowed feature comes from this rollup, never from raw rows. -#}
{%- set all_facts = ['transactions', 'interactions', 'touches'] -%}
{%- set mapped = all_facts | select('in', var('entities')) | list -%}
{%- set facts = mapped or ['transactions'] -%}
{%- set measures = var('measures') -%}

with
{% for fact in facts %}
{{ fact }} as (

    select * from {{ ref('fct_' ~ fact) }}
    {%- if fact == 'transactions' %}
    where is_counted
    {%- endif %}

),

{{ fact }}_rolled_up as (

    select
        customer_id,
        period,
        known_period
    {%- for measure in measures if measure.entity == fact %},
        cast({{ measure.sql }} as {{ measure.data_type }}) as {{ measure.name }}
    {%- endfor %}
    from {{ fact }}
    group by customer_id, period, known_period

),
{% endfor %}
active as (

    {% for fact in facts -%}
    select customer_id, period, known_period from {{ fact }}_rolled_up
    {{ 'union' if not loop.last }}
    {% endfor %}
),

gathered as (

    select
        active.customer_id,
        active.period,
        active.known_period
    {%- for measure in measures %},
        {% if measure.entity not in facts -%}
        cast({{ 'null' if measure.empty is none else measure.empty }} as {{ measure.data_type }})
        {%- elif measure.empty is not none -%}
        coalesce({{ measure.entity }}_rolled_up.{{ measure.name }}, {{ measure.empty }})
        {%- else -%}
        {{ measure.entity }}_rolled_up.{{ measure.name }}
        {%- endif %} as {{ measure.name }}
    {%- endfor %}
    from active
    {%- for fact in facts %}
    left join {{ fact }}_rolled_up
        on
            active.customer_id = {{ fact }}_rolled_up.customer_id
            and active.period = {{ fact }}_rolled_up.period
            and active.known_period = {{ fact }}_rolled_up.known_period
    {%- endfor %}

)

select * from gathered
