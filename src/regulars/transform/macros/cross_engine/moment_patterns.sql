{#
  What all readings of texts as moments share: patterns, names of months, offsets. Snowflake's
  patterns are POSIX, with groups only, and its own.
#}

{# A format of strptime as a pattern with a group for each part, and the places of the letters. #}
{% macro strptime_pattern(format, engine, begins='^') -%}
    {%- set groups = regulars.strptime_groups() -%}
    {%- set has_name = '%b' in format or '%B' in format -%}
    {%- set skipped = {
        'a': '[^0-9 ,]+?' if has_name else '(?:mon|tue|wed|thu|fri|sat|sun)',
        'A': '[^0-9 ,]+?' if has_name else
            '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
        '%': '%',
    } -%}
    {%- set at = {} -%}
    {%- set pattern = [begins] -%}
    {%- for percent, letter, other in modules.re.findall('(%)-?(.)|([^%])', format) -%}
        {%- if percent and letter in groups -%}
            {%- do at.update({letter: at | length + 1}) -%}
            {%- do pattern.append('(' ~ groups[letter] ~ ')') -%}
        {%- elif percent and letter in skipped -%}
            {%- do pattern.append(skipped[letter]) -%}
        {%- elif percent -%}
            {%- do exceptions.raise_compiler_error(
                'the date format %' ~ letter ~ ' cannot be read on ' ~ engine
            ) -%}
        {%- elif other == ' ' -%}
            {%- do pattern.append(' +') -%}
        {%- else -%}
            {%- do pattern.append(modules.re.escape(other) | replace("'", "''")) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return({'pattern': pattern | join ~ '$', 'at': at}) -}}
{%- endmacro %}


{# What the letters of a strptime format stand for, as regular expressions. #}
{% macro strptime_groups() -%}
    {{- return({
        'Y': '[0-9]{1,4}', 'y': '[0-9]{1,2}', 'm': '[0-9]{1,2}', 'd': '[0-9]{1,2}',
        'H': '[0-9]{1,2}', 'I': '[0-9]{1,2}', 'M': '[0-9]{1,2}', 'S': '[0-9]{1,2}',
        'f': '[0-9]{1,6}', 'p': 'am|pm', 'z': '[+-][0-9]{2}:?(?:[0-9]{2})?|z|utc|gmt',
        'b': '[^0-9 .,:/_-]{3,}', 'B': '[^0-9 .,:/_-]{3,}', 'q': '[1-4]',
        'G': '[0-9]{4}', 'V': '[0-9]{1,2}', 'u': '[1-7]',
    }) -}}
{%- endmacro %}


{# The pattern of ISO 8601, the time optional, with an offset or without, and the places of its parts. #}
{% macro iso_pattern(with_offset) -%}
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
    {{- return({'pattern': pattern, 'at': at}) -}}
{%- endmacro %}


{# The number of a month whose name is in any language; null where it is none. #}
{% macro month_of_name(name) -%}
    case
    {%- for names in regulars.month_names() %}
        when {{ regulars.lowered(name) }} in ('{{ names | join("', '") }}') then {{ loop.index }}
    {%- endfor %}
    end
{%- endmacro %}


{# The minutes of an offset such as Z, +02 or -0230. #}
{% macro minutes_of_offset(part) -%}
    case
        when upper({{ part }}) in ('Z', 'UTC', 'GMT') then 0
        else cast(left({{ part }}, 1) || '1' as integer) * (
            60 * cast(substr({{ part }}, 2, 2) as integer)
            + coalesce(cast(nullif(replace(substr({{ part }}, 4), ':', ''), '') as integer), 0)
        )
    end
{%- endmacro %}
