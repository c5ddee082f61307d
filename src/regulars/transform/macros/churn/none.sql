{# No churn in the project file: no outcomes, same shape. #}
{% macro none_outcomes() -%}
outcomes as (

    select
        cast(null as {{ regulars.type_name('varchar') }}) as customer_id,
        as_of,
        cast(null as boolean) as churned,
        cast(null as {{ regulars.type_name('varchar') }}) as reason
    from cutoffs
    where 1 = 0

)
{%- endmacro %}
