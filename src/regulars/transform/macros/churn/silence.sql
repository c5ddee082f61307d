{#
  Silence: no sale in the outcome window. Population: customers with a sale within the activity
  window before the cutoff (or ever, without one), known before the cutoff.
#}
{% macro silence_outcomes() -%}
    {%- set reach = var('churn').activity_window -%}
sales as (

    select
        customer_id,
        period,
        known_period
    from {{ ref('fct_customer_periods') }}
    where orders > 0

),

population as (

    select
        sales.customer_id,
        cutoffs.as_of
    from sales
    inner join cutoffs
        on
            sales.period < cast(cutoffs.as_of as date)
            and sales.known_period < cast(cutoffs.as_of as date)
            {%- if reach %}
            and {{ regulars.periods_between('sales.period', 'cutoffs.as_of') }} <= {{ reach }}
            {%- endif %}
    group by sales.customer_id, cutoffs.as_of

),

returned as (

    select
        sales.customer_id,
        cutoffs.as_of
    from sales
    inner join cutoffs
        on
            sales.period >= cast(cutoffs.outcome_from as date)
            and sales.period < cast(cutoffs.outcome_to as date)
    cross join run_context
    where sales.known_period < cast(run_context.as_of as date)
    group by sales.customer_id, cutoffs.as_of

),

outcomes as (

    select
        population.customer_id,
        population.as_of,
        returned.customer_id is null as churned,
        case
            when returned.customer_id is null then 'no sale in the outcome window'
        end as reason
    from population
    left join returned
        on
            population.customer_id = returned.customer_id
            and population.as_of = returned.as_of

)
{%- endmacro %}
