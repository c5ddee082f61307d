{#
  The CTE `never_bought`: customers who had joined before a date of the CTE `dates` (as_of) and have
  no row in the CTE `measured` for it, where the project names a segment for them. Their recency is
  longer than anybody's, so each score is the lowest.
#}
{% macro never_bought() -%}
never_bought as (

    select
        people.customer_id,
        dates.as_of
    from {{ ref('dim_customer') }} as people
    inner join dates
        on people.joined_at is null or people.joined_at < dates.as_of
    left join measured
        on
            people.customer_id = measured.customer_id
            and dates.as_of = measured.as_of
    where
        people.is_current
        and not people.is_inferred
        and measured.customer_id is null

)
{%- endmacro %}
