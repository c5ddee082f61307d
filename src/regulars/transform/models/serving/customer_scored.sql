with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

customers as (

    select * from {{ ref('dim_customer') }}
    where is_current

),

segments as (

    select * from {{ ref('customer_segments') }}

),

predictions as (

    select * from {{ source('ml', 'churn_predictions') }}

),

scored as (

    select
        customers.customer_id,
        run_context.as_of,
        segments.segment,
        predictions.churn_probability,
        predictions.risk_score,
        coalesce(predictions.risk_category, 'Not Scored') as risk_category,
        predictions.risk_percentile,
        predictions.worth_contacting,
        predictions.customer_value,
        predictions.priority,
        predictions.reasons,
        predictions.why
    from customers
    cross join run_context
    left join segments
        on customers.customer_id = segments.customer_id
    left join predictions
        on customers.customer_id = predictions.customer_id
    where customers.joined_at is null or customers.joined_at < run_context.as_of

)

select * from scored
