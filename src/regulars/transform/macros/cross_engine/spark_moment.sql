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
    {%- set groups = regulars.strptime_groups() -%}
    {%- set has_name = '%b' in format or '%B' in format -%}
    {%- set skipped = {
        'a': '[^0-9 ,]+?' if has_name else '(?:mon|tue|wed|thu|fri|sat|sun)',
        'A': '[^0-9 ,]+?' if has_name else
            '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
        '%': '%',
    } -%}
    {%- set at = {} -%}
    {%- set pattern = ['(?iu)^'] -%}
    {%- for percent, letter, other in modules.re.findall('(%)-?(.)|([^%])', format) -%}
        {%- if percent and letter in groups -%}
            {%- do at.update({letter: at | length + 1}) -%}
            {%- do pattern.append('(' ~ groups[letter] ~ ')') -%}
        {%- elif percent and letter in skipped -%}
            {%- do pattern.append(skipped[letter]) -%}
        {%- elif percent -%}
            {%- do exceptions.raise_compiler_error(
                'the date format %' ~ letter ~ ' cannot be read on Spark'
            ) -%}
        {%- elif other == ' ' -%}
            {%- do pattern.append(' +') -%}
        {%- else -%}
            {%- do pattern.append(modules.re.escape(other) | replace("'", "''")) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if at.V -%}
    {{ regulars.spark_week_of(text, pattern | join ~ '$', at) }}
    {%- else -%}
    {{ regulars.spark_moment_of(text, pattern | join ~ '$', at) }}
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
    {%- set at = {'Y': 1, 'm': 3, 'd': 4, 'H': 5, 'M': 6, 'S': 7, 'f': 8} -%}
    {%- set date = '^([0-9]{1,6})([-/ \\\\])([0-9]{1,2})\\2([0-9]{1,2})' -%}
    {%- set minutes = '([0-9]{1,2}):([0-9]{1,2})' -%}
    {%- if with_offset -%}
    {%- set time = '[ T] *' ~ minutes ~ '(?::([0-9]{1,2})(?:[.]([0-9]*))?)?' -%}
    {%- set pattern = date ~ time ~ ' ?(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$' -%}
    {%- set at = dict(at, z=9) -%}
    {%- else -%}
    {%- set time = '(?: +|T *)' ~ minutes ~ '(?::([0-9]{0,2})(?:[.]([0-9]*))?)?' -%}
    {%- set pattern = date ~ '(?:' ~ time ~ ')?(?: UTC|[+]00)? *$' -%}
    {%- endif -%}
    {{ regulars.spark_moment_of(text, pattern, at, midnight=true) }}
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
        {%- set month = regulars.spark_month(regulars.spark_part(text, pattern, at.b or at.B)) -%}
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
            -1 * ({{ regulars.spark_offset(regulars.spark_part(text, pattern, at.z)) }}),
            {{ made }}
        ))
        {%- else %}
        else {{ made }}
        {%- endif %}
    end
{%- endmacro %}


{# The number of a month whose name is in any language; null where it is none. #}
{% macro spark_month(name) -%}
    case
    {%- for names in regulars.month_names() %}
        when {{ regulars.lowered(name) }} in ('{{ names | join("', '") }}') then {{ loop.index }}
    {%- endfor %}
    end
{%- endmacro %}


{# The minutes of an offset such as Z, +02 or -0230. #}
{% macro spark_offset(part) -%}
    case
        when upper({{ part }}) in ('Z', 'UTC', 'GMT') then 0
        else cast(left({{ part }}, 1) || '1' as integer) * (
            60 * cast(substr({{ part }}, 2, 2) as integer)
            + coalesce(cast(nullif(replace(substr({{ part }}, 4), ':', ''), '') as integer), 0)
        )
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
