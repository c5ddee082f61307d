{#
  A moment on Spark: a text is taken apart by a regular expression, looked at, and put together. Its
  own reading of dates takes 2010 for the first of January.
#}
{% macro spark__read_timestamp(expression, formats) -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- if not formats -%}
    case
        when {{ regulars.matches(expression, regulars.plain_iso_moment_pattern()) }}
            {#- Decimals after the sixth are cut off. #}
            then cast(left({{ expression }}, locate('.', {{ expression }} || '.') + 6) as timestamp)
        when {{ regulars.matches(text, regulars.offset_pattern()) }}
            then {{ regulars.spark_iso_moment(text, with_offset=true) }}
        else {{ regulars.spark_iso_moment(text) }}
    end
    {%- else -%}
    coalesce(
    {%- for format in formats %}
        {{ regulars.spark_moment(text, format) }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}


{# A moment in a format of strptime: a pattern with a group for each part. #}
{% macro spark_moment(text, format) -%}
    {%- if format == 'excel' or format in regulars.counted_units() -%}
    {{- return(regulars.spark_counted_moment(text, format)) -}}
    {%- endif -%}
    {%- set found = regulars.strptime_pattern(format, engine='Spark', begins='(?iu)^') -%}
    {%- if found.at.V -%}
    {{ regulars.spark_week_of(text, found.pattern, found.at) }}
    {%- else -%}
    {{ regulars.spark_moment_of(text, found.pattern, found.at) }}
    {%- endif -%}
{%- endmacro %}


{# Seconds since 1970 in UTC, or days of a spreadsheet since 1899-12-30. #}
{% macro spark_counted_moment(text, format) -%}
    {%- set count = "try_cast(" ~ text ~ " as decimal(38, 9))" -%}
    case
        when {{ text }} is null
            or not {{ regulars.matches(text, '^[0-9]{1,17}([.][0-9]*)?$') }} then null
        {%- if format == 'excel' %}
        when {{ count }} between 1 and 73415 then timestampadd(
            second,
            cast(round({{ count }} * 86400) as bigint),
            cast('1899-12-30 00:00:00' as timestamp)
        )
        {%- else %}
        {%- set unit = regulars.counted_units()[format] %}
        when {{ count }} between 0 and {{ 4102444800 * unit }} then convert_timezone(
            'UTC',
            '{{ var("timezone") }}',
            timestampadd(
                microsecond,
                cast(round({{ count }} * {{ 1000000 // unit }}) as bigint),
                cast('1970-01-01 00:00:00' as timestamp)
            )
        )
        {%- endif %}
    end
{%- endmacro %}


{# A moment as ISO 8601 has it, the time optional. An offset is applied, or none may be there. #}
{% macro spark_iso_moment(text, with_offset=false) -%}
    {%- set found = regulars.iso_pattern(with_offset) -%}
    {{ regulars.spark_moment_of(text, found.pattern, found.at, midnight=true) }}
{%- endmacro %}


{# What a group of a pattern matched; empty where it did not. #}
{% macro spark_part(text, pattern, place) -%}
    regexp_extract({{ text }}, '{{ regulars.java_pattern(pattern) }}', {{ place }})
{%- endmacro %}


{% macro spark_number_of(text, pattern, place, otherwise) -%}
    {%- if place -%}
    {%- set part = regulars.spark_part(text, pattern, place) -%}
    coalesce(cast(nullif({{ part }}, '') as integer), {{ otherwise }})
    {%- else -%}
    {{ otherwise }}
    {%- endif -%}
{%- endmacro %}


{# The groups of a pattern, `at` the places of their strptime letters, as a timestamp. #}
{% macro spark_moment_of(text, pattern, at, midnight=false) -%}
    {%- set year = regulars.spark_number_of(text, pattern, at.Y, 1900) -%}
    {%- set short = regulars.spark_number_of(text, pattern, at.y, 0) -%}
    {%- set month = regulars.spark_number_of(text, pattern, at.m, 1) -%}
    {%- set day = regulars.spark_number_of(text, pattern, at.d, 1) -%}
    {%- set hour = regulars.spark_number_of(text, pattern, at.H or at.I, 0) -%}
    {%- set minute = regulars.spark_number_of(text, pattern, at.M, 0) -%}
    {%- set second = regulars.spark_number_of(text, pattern, at.S, 0) -%}
    {%- if at.y -%}
        {%- set year = '(' ~ short ~ ' + case when ' ~ short ~ ' < 69 then 2000 else 1900 end)' -%}
    {%- endif -%}
    {%- if at.q -%}
        {%- set month = '3 * ' ~ regulars.spark_number_of(text, pattern, at.q, 1) ~ ' - 2' -%}
    {%- elif at.b or at.B -%}
        {%- set month = regulars.month_of_name(regulars.spark_part(text, pattern, at.b or at.B)) -%}
    {%- endif -%}
    {%- if at.I -%}
        {%- set half = 'lower(' ~ regulars.spark_part(text, pattern, at.p) ~ ')' if at.p
            else "'am'" -%}
        {%- set hour = 'case when ' ~ hour ~ ' not between 1 and 12 then 99 else ' ~ hour
            ~ ' % 12 + case when ' ~ half ~ " = 'pm' then 12 else 0 end end" -%}
    {%- endif -%}
    {%- set fraction = 'substr(' ~ regulars.spark_part(text, pattern, at.f) ~ ', 1, 6)' if at.f
        else "''" -%}
    {%- set seconds = "cast(" ~ second ~ " || '.' || " ~ fraction ~ " || '0' as decimal(8, 6))" -%}
    {%- set made = 'try_make_timestamp_ntz(' ~ [year, month, day, hour, minute, seconds]
        | join(', ') ~ ')' -%}
    case
        when not coalesce({{ regulars.matches(text, pattern) }}, false) then null
        when {{ second }} > 59 or {{ year }} < 1 then null
        {%- if midnight %}
        when {{ hour }} = 24 and {{ minute }} = 0 and {{ second }} = 0 then timestampadd(
            day, 1, try_make_timestamp_ntz({{ year }}, {{ month }}, {{ day }}, 0, 0, 0)
        )
        {%- endif %}
        {%- if at.z %}
        else convert_timezone('UTC', '{{ var("timezone") }}', timestampadd(
            minute,
            -1 * ({{ regulars.minutes_of_offset(regulars.spark_part(text, pattern, at.z)) }}),
            {{ made }}
        ))
        {%- else %}
        else {{ made }}
        {%- endif %}
    end
{%- endmacro %}


{# The first day of a week as ISO 8601 numbers it, or the day %u of it. #}
{% macro spark_week_of(text, pattern, at) -%}
    {%- set week = regulars.spark_number_of(text, pattern, at.V, 0) -%}
    {%- set year = regulars.spark_number_of(text, pattern, at.G, 0) -%}
    {%- set fourth = 'make_date(' ~ year ~ ', 1, 4)' -%}
    case when {{ week }} between 1 and 53 and {{ year }} > 0 then cast(
        date_add(
            {{ fourth }},
            7 * ({{ week }} - 1) + {{ regulars.spark_number_of(text, pattern, at.u, 1) }}
            - cast(extract(dayofweek_iso from {{ fourth }}) as integer)
        ) as timestamp
    ) end
{%- endmacro %}
