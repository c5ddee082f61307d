{%- set without_purchases = var('segments').without_purchases -%}

with

rfm as (

    select * from {{ ref('fct_customer_rfm') }}

),

{{ regulars.with_rule_features('rfm') }},

named as (

    select
        customer_id,
        as_of,
        {{ regulars.segment_name() }} as segment,
        r_score,
        f_score,
        m_score,
        rfm_score
    from gathered

),

{% if without_purchases -%}
dates as (

    select as_of from {{ source('ops', 'run_context') }}

),

measured as (

    select
        customer_id,
        as_of
    from named

),

{{ regulars.never_bought() }},

{% endif -%}
everyone as (

    select * from named
    {%- if without_purchases %}
    union all
    select
        customer_id,
        as_of,
        '{{ without_purchases | replace("'", "''") }}' as segment,
        1 as r_score,
        1 as f_score,
        1 as m_score,
        '111' as rfm_score
    from never_bought
    {%- endif %}

)

select * from everyone
