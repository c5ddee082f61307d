{%- set features = var('features') | selectattr('kind') | list -%}
{%- set attributes = var('attributes') -%}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

customers as (

    select * from {{ ref('dim_customer') }}
    where is_current

),

features as (

    select customer_features.*
    from {{ ref('customer_features') }} as customer_features
    inner join run_context
        on customer_features.as_of = run_context.as_of

),

rfm as (

    select * from {{ ref('fct_customer_rfm') }}

),

scored as (

    select * from {{ ref('customer_scored') }}

),

profiles as (

    select
        scored.customer_id,
        customers.customer_key,
        scored.as_of,
        customers.is_inferred,
        customers.joined_at,
        customers.left_at,
        scored.has_left,
        customers.consent,
    {%- for attribute in attributes %}
        customers.{{ regulars.quoted(attribute.name) }},
    {%- endfor %}
        scored.segment,
        scored.cluster_name,
        rfm.recency,
        rfm.frequency,
        rfm.monetary,
        rfm.r_score,
        rfm.f_score,
        rfm.m_score,
        rfm.rfm_score,
        scored.churn_probability,
        scored.risk_score,
        scored.risk_category,
        scored.risk_percentile,
        scored.worth_contacting,
        scored.past_value,
        scored.value_if_stays,
        scored.value_basis,
        scored.value_at_risk,
        scored.priority,
        scored.eligible_for_retention,
        scored.eligible_for_onboarding,
        scored.eligible_for_premium,
        scored.predicted_value,
        scored.predicted_value_low,
        scored.predicted_value_high,
        scored.value_interval_level,
        scored.value_horizon,
        scored.value_unit,
        scored.has_little_history,
        scored.expected_days_in_next_365
    {%- for feature in features %},
        features.{{ feature.name }}
    {%- endfor %}
    from scored
    inner join customers
        on scored.customer_id = customers.customer_id
    left join features
        on scored.customer_id = features.customer_id
    left join rfm
        on scored.customer_id = rfm.customer_id

)

select * from profiles
