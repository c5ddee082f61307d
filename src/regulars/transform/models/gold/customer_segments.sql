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

)

select * from named
