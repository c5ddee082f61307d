with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

customers as (

    select * from {{ ref('dim_customer') }}
    where is_current

),

{# Who is there at the as-of date is decided once, with the features. -#}
present as (

    select
        customer_id,
        as_of,
        {{ regulars.past_value() }} as past_value
    from {{ ref('customer_features') }}

),

segments as (

    select * from {{ ref('customer_segments') }}

),

clusters as (

    select * from {{ source('ml', 'customer_clusters') }}

),

predictions as (

    select * from {{ source('ml', 'churn_predictions') }}

),

predicted_values as (

    select * from {{ source('ml', 'customer_value') }}

),

lives as (

    select * from {{ source('ml', 'time_to_churn') }}

),

leavers as (

    select * from {{ ref('customers_who_left') }}

),

scored as (

    select
        customers.customer_id,
        run_context.as_of,
        leavers.customer_id is not null as has_left,
        segments.segment,
        clusters.cluster_name,
        predictions.churn_probability,
        predictions.risk_score,
        coalesce(predictions.risk_category, 'Not Scored') as risk_category,
        predictions.risk_percentile,
        predictions.worth_contacting,
        present.past_value,
        {{ regulars.value_if_stays() }} as value_if_stays,
        {{ regulars.value_basis() }} as value_basis,
        predictions.value_at_risk,
        predictions.priority,
    {%- for campaign in ['retention', 'onboarding', 'premium'] %}
        leavers.customer_id is null
        and ({{ regulars.fits_campaign(campaign, 'segments.segment', 'predictions.risk_score') }})
            as eligible_for_{{ campaign }},
    {%- endfor %}
        predicted_values.predicted_value,
        predicted_values.predicted_value_low,
        predicted_values.predicted_value_high,
        predicted_values.interval_level as value_interval_level,
        predicted_values.horizon as value_horizon,
        predicted_values.unit as value_unit,
        coalesce(predicted_values.little_history, lives.little_history) as has_little_history,
        lives.expected_days_in_next_365,
        predictions.reasons,
        predictions.why
    from run_context
    inner join present
        on run_context.as_of = present.as_of
    inner join customers
        on present.customer_id = customers.customer_id
    left join segments
        on customers.customer_id = segments.customer_id
    left join clusters
        on
            customers.customer_id = clusters.customer_id
            and run_context.as_of = clusters.as_of
    left join predictions
        on customers.customer_id = predictions.customer_id
    left join predicted_values
        on customers.customer_id = predicted_values.customer_id
    left join lives
        on customers.customer_id = lives.customer_id
    left join leavers
        on customers.customer_id = leavers.customer_id

)

select * from scored
