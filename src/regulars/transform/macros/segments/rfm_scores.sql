{#
  Scores of the CTE `measured` (customer, as-of date, recency, last_sale_on, frequency, monetary):
  fifths by rank among the customers of the same date, in whole numbers, so that equal values get
  the same score on every engine; recency by bands where the project file has them.
#}
{% macro rfm_scores() -%}
    {%- set text = regulars.type_name('varchar') -%}
    {%- set bands = var('segments').recency_bands -%}
ranked as (

    select
        *,
        {{ regulars.periods_between('last_sale_period', 'as_of') }} - 1 as silent,
        {{ regulars.usual_pause() }} as usual_pause,
        {{ regulars.is_new_customer() }} as is_new,
        rank() over (partition by as_of order by last_sale_on) as recency_rank,
        rank() over (partition by as_of order by frequency) as frequency_rank,
        rank() over (partition by as_of order by monetary) as monetary_rank,
        count(*) over (partition by as_of) as customers
    from measured

),

scored as (

    select
        customer_id,
        as_of,
        recency,
        frequency,
        monetary,
        silent,
        usual_pause,
        is_new,
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

coded as (

    select
        customer_id,
        as_of,
        recency,
        frequency,
        monetary,
        cast(r_score as integer) as r_score,
        cast(f_score as integer) as f_score,
        cast(m_score as integer) as m_score,
        cast(r_score as {{ text }})
        || cast(f_score as {{ text }})
        || cast(m_score as {{ text }}) as rfm_score,
        {{ regulars.purchase_rhythm() }} as purchase_rhythm,
        is_new
    from scored

)
{%- endmacro %}
