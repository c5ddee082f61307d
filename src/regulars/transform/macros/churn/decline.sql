{#
  Decline: no sale in the outcome window, or spend there below a share of the customer's own
  baseline. The baseline is the mean spend per outcome window since the first sale within the
  activity window before the cutoff. Population: customers whose baseline is above zero and covers
  at least one outcome window.
#}
{% macro decline_outcomes() -%}
    {%- set reach = var('churn').activity_window -%}
    {%- set horizon = var('churn').horizon -%}
    {%- set percent = (100 * (var('churn').decline_below or 0)) | round(0) | int -%}
sales as (

    select
        customer_id,
        period,
        known_period,
        amount
    from {{ ref('fct_customer_periods') }}
    where orders > 0

),

observed as (

    select
        sales.customer_id,
        cutoffs.as_of,
        sum(sales.amount) as amount,
        max({{ regulars.periods_between('sales.period', 'cutoffs.as_of') }}) as periods
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

population as (

    select * from observed
    where amount > 0 and periods >= {{ horizon }}

),

afterwards as (

    select
        sales.customer_id,
        cutoffs.as_of,
        sum(sales.amount) as amount
    from sales
    inner join cutoffs
        on
            sales.period >= cast(cutoffs.outcome_from as date)
            and sales.period < cast(cutoffs.outcome_to as date)
    cross join run_context
    where sales.known_period < cast(run_context.as_of as date)
    group by sales.customer_id, cutoffs.as_of

),

reasoned as (

    select
        population.customer_id,
        population.as_of,
        case
            when afterwards.customer_id is null then 'no sale in the outcome window'
            {#- Compared without a division, so that every engine agrees to the last digit. #}
            when
                afterwards.amount * population.periods
                < population.amount * {{ horizon }} * {{ var('churn').decline_below }}
                then 'spend below {{ percent }} % of the own baseline'
        end as reason
    from population
    left join afterwards
        on
            population.customer_id = afterwards.customer_id
            and population.as_of = afterwards.as_of

),

outcomes as (

    select
        customer_id,
        as_of,
        reason is not null as churned,
        reason
    from reasoned

)
{%- endmacro %}
