{%- set kind = var('churn').kind -%}
{{- regulars.may_read(
    ['fct_customer_periods', 'dim_customer', 'int_customers_compared', 'stg_labels']
) -}}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

cutoffs as (

    select * from {{ source('ops', 'cutoffs') }}

),

{{ regulars.silence_outcomes() if kind == 'silence'
    else regulars.contractual_outcomes() if kind == 'contractual'
    else regulars.decline_outcomes() if kind == 'decline'
    else regulars.labelled_outcomes() if kind == 'labelled'
    else regulars.none_outcomes() }},

{# Where the outcome window has not closed, nobody knows: the row is censored, never 'loyal'. -#}
final as (

    select
        outcomes.customer_id,
        outcomes.as_of,
        cutoffs.role,
        case when cutoffs.is_closed then outcomes.churned end as churned,
        case when cutoffs.is_closed then outcomes.reason end as reason
    from outcomes
    inner join cutoffs
        on outcomes.as_of = cutoffs.as_of

)

select * from final
