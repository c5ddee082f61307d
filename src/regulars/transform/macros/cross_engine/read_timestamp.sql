{#
  A moment in the project's time zone: text with an offset is converted to it, text without one
  is read in it. `formats` are tried in order: of strptime, where %b and %B are names of months in
  many languages, %q is a quarter and %z also Z, UTC and GMT; or `epoch` (seconds since 1970 in UTC),
  `epoch_ms`, `epoch_us`, `excel` (days since 1899-12-30). Null where it is no date.
#}
{% macro read_timestamp(expression, formats=[]) -%}
    {{ return(adapter.dispatch('read_timestamp', 'regulars')(expression, formats)) }}
{%- endmacro %}

{% macro default__read_timestamp(expression, formats) -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- if not formats -%}
    case
        when {{ regulars.matches(text, regulars.offset_pattern()) }}
            then try_cast({{ regulars.with_plain_offset(text) }} as timestamptz)
                at time zone '{{ var("timezone") }}'
        else try_cast({{ text }} as timestamp)
    end
    {%- elif regulars.are_of_strptime(formats) -%}
    try_strptime({{ text }}, ['{{ formats | join("', '") }}'])
    {%- else -%}
    coalesce(
    {%- for format in formats %}
        {{ regulars.moment_in_format(text, format) }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{% macro postgres__read_timestamp(expression, formats) -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- if not formats -%}
    case
        when {{ regulars.matches(expression, regulars.plain_iso_moment_pattern()) }}
            then {{ regulars.postgres_plain_iso_moment(expression) }}
        when {{ regulars.matches(text, regulars.offset_pattern()) }}
            then {{ regulars.postgres_iso_moment(text, with_offset=true) }}
        else {{ regulars.postgres_iso_moment(text) }}
    end
    {%- else -%}
    coalesce(
    {%- for format in formats %}
        {{ regulars.postgres_plain_moment(expression, format) }}
        {{ regulars.postgres_moment(text, format) }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# How a time with an offset ends. #}
{% macro offset_pattern() -%}
    {{- return('[T ][0-9:.]+ ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$') -}}
{%- endmacro %}

{# Counts of seconds, as the number of them in a second; and days of a spreadsheet. #}
{% macro counted_units() -%}
    {{- return({'epoch': 1, 'epoch_ms': 1000, 'epoch_us': 1000000}) -}}
{%- endmacro %}

{# Whether strptime reads these formats as they are. #}
{% macro are_of_strptime(formats) -%}
    {{- return(not modules.re.search('%[zbBq]|epoch|excel', formats | join)) -}}
{%- endmacro %}

{# An offset as DuckDB reads it: without a space before it, +00 for Z, seconds before it. #}
{% macro with_plain_offset(text) -%}
    {%- set numbered = "regexp_replace(" ~ text ~ ", ' ?(Z|UTC|GMT)$', '+00')" -%}
    {%- set close = "regexp_replace(" ~ numbered ~ ", ' ([+-][0-9:]+)$', '\\1')" -%}
    regexp_replace({{ close }}, '([T ][0-9]{1,2}:[0-9]{1,2})([+-])', '\1:00\2')
{%- endmacro %}

{# What DuckDB reads in one format. #}
{% macro moment_in_format(text, format) -%}
    {%- set units = regulars.counted_units() -%}
    {%- if format in units -%}
    {%- set count = "try_cast(" ~ text ~ " as double)" -%}
    case when {{ count }} between 0 and {{ 4102444800 * units[format] }} then
        make_timestamp(cast(round({{ count }} * {{ 1000000 // units[format] }}) as bigint))
        at time zone 'UTC' at time zone '{{ var("timezone") }}'
    end
    {%- elif format == 'excel' -%}
    {%- set count = "try_cast(" ~ text ~ " as double)" -%}
    case when {{ count }} between 1 and 73415 then
        timestamp '1899-12-30' + to_seconds(round({{ count }} * 86400))
    end
    {%- elif '%q' in format -%}
    {%- set month = "try_strptime(" ~ text ~ ", '" ~ format | replace('%q', '%m') ~ "')" -%}
    case when month({{ month }}) <= 4 then
        {{ month }} + to_months(cast(2 * (month({{ month }}) - 1) as integer))
    end
    {%- elif '%b' in format or '%B' in format -%}
    {%- set numbered = modules.re.sub('^%[aA][^%]*', '', format) | replace('%b', '%m')
        | replace('%B', '%m') -%}
    coalesce(
        {{ regulars.strptime_with_offset(text, format) }},
        {{ regulars.strptime_with_offset(regulars.with_month_number(text, format), numbered) }}
    )
    {%- else -%}
    {{ regulars.strptime_with_offset(text, format) }}
    {%- endif -%}
{%- endmacro %}

{% macro strptime_with_offset(text, format) -%}
    {%- if '%z' in format -%}
    try_strptime(regexp_replace({{ text }}, '(Z|UTC|GMT)$', '+00'), '{{ format }}')
        at time zone '{{ var("timezone") }}'
    {%- else -%}
    try_strptime({{ text }}, '{{ format }}')
    {%- endif -%}
{%- endmacro %}

{# A text whose month is a number in place of a name in any language; a weekday in front is left out. #}
{% macro with_month_number(text, format) -%}
    {%- if modules.re.match('%[aA]', format) -%}
    {%- set text = "regexp_replace(" ~ text ~ ", '^[^0-9 ,]+[^0-9\\p{L}]*', '')" -%}
    {%- endif -%}
    {%- set name = "regexp_extract(" ~ text ~ ", '\\p{L}{3,}')" -%}
    replace({{ text }}, {{ name }}, case
    {%- for names in regulars.month_names() %}
        when strip_accents(lower({{ name }})) in (
            {%- for name in names -%}
                strip_accents('{{ name }}'){{ ', ' if not loop.last }}
            {%- endfor -%}
        ) then '{{ loop.index }}'
    {%- endfor %}
    end)
{%- endmacro %}
