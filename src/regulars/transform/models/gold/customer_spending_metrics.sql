{#- The window of about 90 days has a name of its own in every grain. -#}
{%- set quarter = var('segments').quarter -%}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

features as (

    select customer_features.*
    from {{ ref('customer_features') }} as customer_features
    inner join run_context
        on customer_features.as_of = run_context.as_of

),

months as (

    select
        monthly_spending.customer_id,
        monthly_spending.change_share,
        monthly_spending.is_alert
    from {{ ref('monthly_customer_spending') }} as monthly_spending
    cross join run_context
    where
        monthly_spending.month = {{
            regulars.date_added('month', -1, "date_trunc('month', run_context.as_of)")
        }}

),

measured as (

    select
        features.customer_id,
        features.as_of,
        {%- if 'transactions' in var('entities') %}
        features.amount_ever as lifetime_amount,
        features.orders_ever as orders,
        features.amount_per_order_ever as amount_per_order,
        features.typical_amount_ever as typical_amount,
        features.amount_deviation_ever as amount_deviation,
        features.smallest_amount_ever as smallest_amount,
        features.largest_amount_ever as largest_amount,
        features.active_span_days,
        features.amount_per_day,
        features.recency_days,
        {%- else %}
        cast(0 as decimal(18, 4)) as lifetime_amount,
        cast(0 as bigint) as orders,
        cast(null as {{ regulars.type_name('double') }}) as amount_per_order,
        cast(null as {{ regulars.type_name('double') }}) as typical_amount,
        cast(null as {{ regulars.type_name('double') }}) as amount_deviation,
        cast(null as decimal(18, 4)) as smallest_amount,
        cast(null as decimal(18, 4)) as largest_amount,
        cast(null as integer) as active_span_days,
        cast(null as {{ regulars.type_name('double') }}) as amount_per_day,
        cast(null as integer) as recency_days,
        {%- endif %}
        {%- if quarter %}
        features.amount_{{ quarter }} as amount_last_quarter,
        features.amount_before_{{ quarter }} as amount_prior_quarter,
        {%- else %}
        cast(null as decimal(18, 4)) as amount_last_quarter,
        cast(null as decimal(18, 4)) as amount_prior_quarter,
        {%- endif %}
        months.change_share as month_change_share,
        coalesce(months.is_alert, false) as is_alert
    from features
    left join months
        on features.customer_id = months.customer_id

),

banded as (

    select
        customer_id,
        as_of,
        lifetime_amount,
        orders,
        amount_per_order,
        typical_amount,
        amount_deviation,
        smallest_amount,
        largest_amount,
        case
            when orders <= 1 then 'One Order'
            when amount_deviation < 50 then 'Consistent'
            when amount_deviation < 200 then 'Moderate'
            else 'Variable'
        end as spending_consistency,
        active_span_days,
        amount_per_day,
        amount_last_quarter,
        amount_prior_quarter,
        {{ regulars.ratio('amount_last_quarter', '3') }} as average_monthly_amount,
        {{ regulars.ratio('amount_last_quarter - amount_prior_quarter', 'amount_prior_quarter') }}
            as quarter_change_share,
        {{ regulars.ratio('amount_last_quarter', 'amount_prior_quarter') }} as spend_momentum,
        recency_days,
        case
            when recency_days <= 30 then 'Active'
            when recency_days <= 60 then 'Recent'
            when recency_days <= 90 then 'At Risk'
            else 'Inactive'
        end as recency_status,
        month_change_share,
        is_alert
    from measured
    where orders > 0

)

select * from banded
