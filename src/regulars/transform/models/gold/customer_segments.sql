{%- set needed = var('segments').features -%}

with

rfm as (

    select * from {{ ref('fct_customer_rfm') }}

),
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
        rfm.*
    {%- for name in needed %},
        features.{{ name }}
    {%- endfor %}
    from rfm
    {%- if needed %}
    left join features
        on
            rfm.customer_id = features.customer_id
            and rfm.as_of = features.as_of
    {%- endif %}

),

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

)

select * from named
