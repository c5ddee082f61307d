{# No churn in the project file: no outcomes, same shape. #}
{% macro none_outcomes() -%}
outcomes as (

    select
        cast(null as varchar) as customer_id,
        as_of,
        cast(null as boolean) as churned,
        cast(null as varchar) as reason
    from cutoffs
    where 1 = 0

)
{%- endmacro %}
