{%- set frequency = var('segments').frequency -%}
{%- set bands = var('segments').recency_bands -%}

with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

periods as (

    select
        fct_customer_periods.*,
        run_context.as_of
    from {{ ref('fct_customer_periods') }} as fct_customer_periods
    cross join run_context
    where
        fct_customer_periods.period < cast(run_context.as_of as date)
        and fct_customer_periods.known_period < cast(run_context.as_of as date)

),

summed as (

    select
        customer_id,
        as_of,
        max(case when orders > 0 then period end) as last_sale_period,
        max(last_sale_on) as last_sale_on,
        cast(sum({{ frequency }}) as decimal(18, 4)) as frequency,
        cast(sum(amount) as decimal(18, 4)) as monetary,
        cast(sum(orders) as bigint) as orders
    from periods
    group by customer_id, as_of

),

measured as (

    select
        customer_id,
        as_of,
        last_sale_on,
        {% if bands -%}
        {{ regulars.periods_between('last_sale_period', 'as_of') }} - 1
        {%- else -%}
        {{ regulars.days_between('last_sale_on', 'as_of') }}
        {%- endif %} as recency,
        frequency,
        monetary
    from summed
    where orders > 0

),

{# Fifths by rank in whole numbers: equal values get the same score, on every engine. -#}
ranked as (

    select
        *,
        rank() over (order by last_sale_on) as recency_rank,
        rank() over (order by frequency) as frequency_rank,
        rank() over (order by monetary) as monetary_rank,
        count(*) over () as customers
    from measured

),

scored as (

    select
        customer_id,
        as_of,
        recency,
        frequency,
        monetary,
        {% if bands -%}
        case
        {%- for band in bands %}
            when recency <= {{ band }} then {{ 5 - loop.index0 }}
        {%- endfor %}
            else 1
        end
        {%- else -%}
        {{ regulars.fifth('recency_rank', 'customers') }}
        {%- endif %} as r_score,
        {{ regulars.fifth('frequency_rank', 'customers') }} as f_score,
        {{ regulars.fifth('monetary_rank', 'customers') }} as m_score
    from ranked

),

final as (

    select
        customer_id,
        as_of,
        recency,
        frequency,
        monetary,
        cast(r_score as integer) as r_score,
        cast(f_score as integer) as f_score,
        cast(m_score as integer) as m_score,
        cast(r_score as varchar) || cast(f_score as varchar) || cast(m_score as varchar)
            as rfm_score
    from scored

)

select * from final
