{#
  Contractual: the customer left in the outcome window. Population: members at the cutoff, joined
  before it and not gone before it. Who leaves in the gap is a member still, but neither outcome.
#}
{% macro contractual_outcomes() -%}
members as (

    select
        customer_id,
        joined_at,
        left_at
    from {{ ref('dim_customer') }}
    where is_current and not is_inferred

),

outcomes as (

    select
        members.customer_id,
        cutoffs.as_of,
        case
            when members.left_at < cutoffs.outcome_from then null
            else coalesce(members.left_at < cutoffs.outcome_to, false)
        end as churned,
        case
            when members.left_at >= cutoffs.outcome_from and members.left_at < cutoffs.outcome_to
                then 'left in the outcome window'
        end as reason
    from members
    inner join cutoffs
        on
            (members.joined_at is null or members.joined_at < cutoffs.as_of)
            and (members.left_at is null or members.left_at >= cutoffs.as_of)

)
{%- endmacro %}
