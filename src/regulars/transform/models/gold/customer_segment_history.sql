{%- set needed = var('segments').features -%}

with

carried as (

    select * from {{ ref('int_rfm_sums') }}

),

measured as (

    select
        customer_id,
        as_of,
        last_sale_on,
        {{ regulars.rfm_recency() }} as recency,
        frequency,
        monetary
    from carried
    where orders > 0

),

{{ regulars.rfm_scores() }},
{% if needed %}
features as (

    select
        customer_features.customer_id,
        customer_features.as_of
    {%- for name in needed %},
        customer_features.{{ name }}
    {%- endfor %}
    from {{ ref('customer_features') }} as customer_features

),
{% endif %}
gathered as (

    select
        coded.*
    {%- for name in needed %},
        features.{{ name }}
    {%- endfor %}
    from coded
    {%- if needed %}
    inner join features
        on
            coded.customer_id = features.customer_id
            and coded.as_of = features.as_of
    {%- endif %}

),

named as (

    select
        customer_id,
        as_of,
        {{ regulars.segment_name() }} as segment,
        rfm_score
    from gathered

)

select * from named
