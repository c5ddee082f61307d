{%- set without_purchases = var('segments').without_purchases -%}

with

carried as (

    select * from {{ ref('int_rfm_sums') }}

),

measured as (

    select
        customer_id,
        as_of,
        first_sale_period,
        last_sale_period,
        purchases,
        last_sale_on,
        {{ regulars.rfm_recency() }} as recency,
        frequency,
        monetary
    from carried
    where orders > 0

),

{{ regulars.rfm_scores() }},

{{ regulars.with_rule_features('coded', needed_at_past_dates=true) }},

named as (

    select
        customer_id,
        as_of,
        {{ regulars.segment_name() }} as segment,
        rfm_score
    from gathered

),

{% if without_purchases -%}
dates as (

    select as_of from {{ source('ops', 'segment_dates') }}

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
        '111' as rfm_score
    from never_bought
    {%- endif %}

)

select * from everyone
