{#-
  Weeks follow ISO 8601: a week belongs to the year of its Thursday. The fiscal year is the
  calendar year.
-#}
with

days as (

    select * from {{ ref('int_calendar_days') }}

),

placed as (

    select
        date_day,
        cast(extract(year from date_day) as integer) as year,
        cast(extract(month from date_day) as integer) as month,
        cast(extract(day from date_day) as integer) as day_of_month,
        1 + {{ regulars.days_between("cast('1900-01-01' as date)", 'date_day') }} % 7
            as day_of_week,
        cast(date_trunc('year', date_day) as date) as year_start,
        cast(date_trunc('month', date_day) as date) as month_start
    from days

),

weeks as (

    select
        *,
        {{ regulars.date_added('day', '4 - day_of_week', 'date_day') }} as thursday
    from placed

),

final as (

    select
        year * 10000 + month * 100 + day_of_month as date_key,
        date_day,
        year,
        cast(floor((month + 2) / 3) as integer) as quarter,
        month,
        case month
        {%- for name in ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
            'September', 'October', 'November', 'December'] %}
            when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
        end as month_name,
        cast(extract(year from thursday) as integer) as iso_year,
        1 + cast(floor({{ regulars.days_between("date_trunc('year', thursday)", 'thursday') }} / 7)
            as integer) as iso_week,
        day_of_month,
        day_of_week,
        case day_of_week
        {%- for name in ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday',
            'Sunday'] %}
            when {{ loop.index }} then '{{ name }}'
        {%- endfor %}
        end as day_name,
        1 + {{ regulars.days_between('year_start', 'date_day') }} as day_of_year,
        day_of_week >= 6 as is_weekend,
        month_start,
        {{ regulars.date_added('day', -1, regulars.date_added('month', 1, 'month_start')) }}
            as month_end,
        year as fiscal_year
    from weeks

)

select * from final
