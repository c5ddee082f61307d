{#
  Contractual: the customer left in the outcome window. Population: members at the cutoff, joined
  before it and not gone before it. Who leaves in the gap is a member still, but neither outcome.
#}
{% macro contractual_outcomes() -%}
    {%- set customers = var('entities').get('customers') or {} -%}
    {#- What a later row says of an earlier time nobody knew then, where rows tell when. -#}
    {%- if 'known_at' in customers.get('columns', []) -%}
    {{ regulars.members_as_known() }},
    {%- else -%}
    {{ regulars.members_as_delivered() }},
    {%- endif %}

outcomes as (

    select
        customer_id,
        as_of,
        case
            when left_at < outcome_from then null
            else coalesce(left_at < outcome_to, false)
        end as churned,
        case
            when left_at >= outcome_from and left_at < outcome_to
                then 'left in the outcome window'
        end as reason
    from members

)
{%- endmacro %}


{# Members at each cutoff, by what the newest row of each customer says. -#}
{% macro members_as_delivered() -%}
customers as (

    select
        customer_id,
        joined_at,
        left_at
    from {{ ref('dim_customer') }}
    where is_current and not is_inferred

),

members as (

    select
        customers.customer_id,
        customers.left_at,
        cutoffs.as_of,
        cutoffs.outcome_from,
        cutoffs.outcome_to
    from customers
    inner join cutoffs
        on
            (customers.joined_at is null or customers.joined_at < cutoffs.as_of)
            and (customers.left_at is null or customers.left_at >= cutoffs.as_of)

)
{%- endmacro %}


{#
  Members at each cutoff by the rows known before it; when they left, by those known before the
  run's as-of date. A row without a moment of its own was known all along.
#}
{% macro members_as_known() -%}
versions as (

    select * from {{ ref('int_customers_compared') }}

),

known_at_cutoffs as (

    select
        versions.customer_id,
        versions.joined_at,
        versions.left_at,
        versions.is_deleted,
        cutoffs.as_of,
        cutoffs.outcome_from,
        cutoffs.outcome_to,
        row_number() over (
            partition by versions.customer_id, cutoffs.as_of
            order by versions.version_from desc
        ) as from_newest
    from versions
    inner join cutoffs
        on versions.known_at is null or versions.known_at < cutoffs.as_of

),

known_at_end as (

    select
        versions.customer_id,
        versions.left_at,
        versions.is_deleted,
        row_number() over (
            partition by versions.customer_id
            order by versions.version_from desc
        ) as from_newest
    from versions
    cross join run_context
    where versions.known_at is null or versions.known_at < run_context.as_of

),

members as (

    select
        known_at_cutoffs.customer_id,
        known_at_end.left_at,
        known_at_cutoffs.as_of,
        known_at_cutoffs.outcome_from,
        known_at_cutoffs.outcome_to
    from known_at_cutoffs
    inner join known_at_end
        on known_at_cutoffs.customer_id = known_at_end.customer_id
    where
        known_at_cutoffs.from_newest = 1
        and known_at_end.from_newest = 1
        and not known_at_cutoffs.is_deleted
        and not known_at_end.is_deleted
        and (
            known_at_cutoffs.joined_at is null
            or known_at_cutoffs.joined_at < known_at_cutoffs.as_of
        )
        and (
            known_at_cutoffs.left_at is null
            or known_at_cutoffs.left_at >= known_at_cutoffs.as_of
        )

)
{%- endmacro %}
