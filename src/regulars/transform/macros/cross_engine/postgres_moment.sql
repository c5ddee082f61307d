{#
  A moment in PostgreSQL: its own reading of dates stops at the first that is none, so a text is
  taken apart by a regular expression, looked at, and put together. Each part is a group.
#}
{% macro postgres_moment(text, format) -%}
    {%- if format == 'excel' or format in regulars.counted_units() -%}
    {{- return(regulars.postgres_counted_moment(text, format)) -}}
    {%- endif -%}
    {%- set found = regulars.strptime_pattern(format, engine='PostgreSQL') -%}
    {%- if found.at.V -%}
    {{ regulars.postgres_week_of(text, found.pattern, found.at) }}
    {%- else -%}
    {{ regulars.postgres_moment_of(text, found.pattern, found.at, flags='i') }}
    {%- endif -%}
{%- endmacro %}


{# Seconds since 1970 in UTC, or days of a spreadsheet since 1899-12-30. #}
{% macro postgres_counted_moment(text, format) -%}
    {%- set count = "cast(" ~ text ~ " as numeric)" -%}
    case when {{ text }} ~ '^[0-9]{1,17}([.][0-9]*)?$' then
        {% if format == 'excel' -%}
        case when {{ count }} between 1 and 73415 then
            timestamp '1899-12-30' + cast(round({{ count }} * 86400) || ' seconds' as interval)
        end
        {%- else -%}
        {%- set unit = regulars.counted_units()[format] -%}
        case when {{ count }} between 0 and {{ 4102444800 * unit }} then
            to_timestamp(cast({{ count }} / {{ unit }} as double precision))
            at time zone '{{ var("timezone") }}'
        end
        {%- endif %}
    end
{%- endmacro %}


{# The first day of a week as ISO 8601 numbers it, or the day %u of it. #}
{% macro postgres_week_of(text, pattern, at) -%}
    (select cast(
        make_date(y, 1, 4) - cast(extract(isodow from make_date(y, 1, 4)) as integer)
        + 7 * (w - 1) + u as timestamp)
    from (select
        cast(part[{{ at.G }}] as integer) as y,
        cast(part[{{ at.V }}] as integer) as w,
        {{ regulars.part_or(at.u, 1) }} as u
    from (select regexp_match({{ text }}, '{{ pattern }}', 'i') as part offset 0) as found
    where part is not null offset 0) as taken_apart
    where y > 0 and w between 1 and 53)
{%- endmacro %}


{# A moment as ISO 8601 has it, the time optional. An offset is applied, or none may be there. #}
{% macro postgres_iso_moment(text, with_offset=false) -%}
    {%- set found = regulars.iso_pattern(with_offset) -%}
    {{ regulars.postgres_moment_of(text, found.pattern, found.at, midnight=true) }}
{%- endmacro %}


{# The groups of a pattern, `at` the places of their strptime letters, as a timestamp. #}
{% macro postgres_moment_of(text, pattern, at, midnight=false, flags='') -%}
    (select
        {% if 'z' in at -%}
        (make_timestamp(y, m, d, h, i, s) - away)
        at time zone 'UTC' at time zone '{{ var("timezone") }}'
        {%- else -%}
        make_timestamp(y, m, d, h, i, s)
        {%- endif %}
    from (select
        {{ regulars.year_of(at) }} as y,
        {{ regulars.month_of(at) }} as m,
        {{ regulars.part_or(at.d, 1) }} as d,
        {{ regulars.hour_of(at) }} as h,
        {{ regulars.part_or(at.M, 0) }} as i,
        {{ regulars.seconds_of(at) }} as s
        {%- if 'z' in at %},
        {{ regulars.offset_of(at.z) }} as away
        {%- endif %}
    from (select regexp_match({{ text }}, '{{ pattern }}', '{{ flags }}') as part offset 0) as found
    where part is not null offset 0) as taken_apart
    where
        y between 1 and 290000 and m between 1 and 12 and i < 60 and s < 60
        and (h < 24{{ ' or (h = 24 and i = 0 and s = 0)' if midnight }})
        and d between 1 and case
            when m in (4, 6, 9, 11) then 30
            when m <> 2 then 31
            when y % 4 = 0 and (y % 100 <> 0 or y % 400 = 0) then 29
            else 28
        end)
{%- endmacro %}


{% macro part_or(place, otherwise) -%}
    {%- if place -%} coalesce(cast(part[{{ place }}] as integer), {{ otherwise }})
    {%- else -%} {{ otherwise }}
    {%- endif -%}
{%- endmacro %}


{# Two digits are a year from 1969 to 2068. #}
{% macro year_of(at) -%}
    {%- if at.y -%}
    cast(part[{{ at.y }}] as integer)
        + case when cast(part[{{ at.y }}] as integer) < 69 then 2000 else 1900 end
    {%- else -%}
    {{ regulars.part_or(at.Y, 1900) }}
    {%- endif -%}
{%- endmacro %}


{% macro month_of(at) -%}
    {%- set name = at.b or at.B -%}
    {%- if name -%}
    {{ regulars.month_of_name('part[' ~ name ~ ']') }}
    {%- elif at.q -%}
    3 * cast(part[{{ at.q }}] as integer) - 2
    {%- else -%}
    {{ regulars.part_or(at.m, 1) }}
    {%- endif -%}
{%- endmacro %}


{# An hour of a half day that is none becomes 99, which no moment has. #}
{% macro hour_of(at) -%}
    {%- if at.I -%}
    case
        when cast(part[{{ at.I }}] as integer) not between 1 and 12 then 99
        {%- if at.p %}
        when lower(part[{{ at.p }}]) = 'pm' then cast(part[{{ at.I }}] as integer) % 12 + 12
        {%- endif %}
        else cast(part[{{ at.I }}] as integer) % 12
    end
    {%- else -%}
    {{ regulars.part_or(at.H, 0) }}
    {%- endif -%}
{%- endmacro %}


{# Seconds with up to six decimals; further ones are cut off. #}
{% macro seconds_of(at) -%}
    {%- set whole = "coalesce(nullif(part[" ~ at.S ~ "], ''), '0')" if at.S else "'0'" -%}
    {%- set fraction = "left(coalesce(part[" ~ at.f ~ "], ''), 6)" if at.f else "''" -%}
    cast({{ whole }} || '.' || {{ fraction }} || '0' as double precision)
{%- endmacro %}


{% macro offset_of(place) -%}
    {%- set offset = 'part[' ~ place ~ ']' -%}
    {%- set minutes = "right(replace(substr(" ~ offset ~ ", 4), ':', ''), 2)" -%}
    case
        when upper({{ offset }}) in ('Z', 'UTC', 'GMT') then interval '0'
        else cast(left({{ offset }}, 3) || ' hours' as interval)
            + cast(
                left({{ offset }}, 1) || coalesce(nullif({{ minutes }}, ''), '0') || ' minutes'
                as interval
            )
    end
{%- endmacro %}
