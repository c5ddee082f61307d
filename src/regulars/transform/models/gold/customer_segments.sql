with

rfm as (

    select * from {{ ref('fct_customer_rfm') }}

),

named as (

    select
        customer_id,
        as_of,
        case
        {%- for rule in var('segments').rules %}
            when {{ rule.when }} then '{{ rule.name }}'
        {%- endfor %}
            else '{{ var("segments").otherwise or "Other" }}'
        end as segment,
        r_score,
        f_score,
        m_score,
        rfm_score
    from rfm

)

select * from named
