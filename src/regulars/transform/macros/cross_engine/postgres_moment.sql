{#
  PostgreSQL's own reading of dates stops at the first that is none, so a moment is taken apart by
  a regular expression, looked at, and put together. Each part of the text is a group.
#}
{% macro postgres_moment(text, format) -%}
    {%- set numbers = {
        'Y': '[0-9]{1,4}', 'y': '[0-9]{1,2}', 'm': '[0-9]{1,2}', 'd': '[0-9]{1,2}', 'H': '[0-9]{1,2}',
        'I': '[0-9]{1,2}', 'M': '[0-9]{1,2}', 'S': '[0-9]{1,2}', 'f': '[0-9]{1,6}',
        'p': 'am|pm', 'z': '[+-][0-9]{2}:?(?:[0-9]{2})?|z',
        'b': 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec',
        'B': 'january|february|march|april|may|june|july|august|september|october|november|december',
    } -%}
    {%- set days = {
        'a': '(?:mon|tue|wed|thu|fri|sat|sun)',
        'A': '(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)', '%': '%',
    } -%}
    {%- set at = {} -%}
    {%- set pattern = ['^'] -%}
    {%- for percent, letter, other in modules.re.findall('(%)-?(.)|([^%])', format) -%}
        {%- if percent and letter in numbers -%}
            {%- do at.update({letter: at | length + 1}) -%}
            {%- do pattern.append('(' ~ numbers[letter] ~ ')') -%}
        {%- elif percent and letter in days -%}
            {%- do pattern.append(days[letter]) -%}
        {%- elif percent -%}
            {{- exceptions.raise_compiler_error('the date format %' ~ letter ~ ' cannot be read here') -}}
        {%- else -%}
            {%- do pattern.append(' +' if other == ' ' else modules.re.escape(other) | replace("'", "''")) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ regulars.postgres_moment_of(text, pattern | join ~ '$', at, flags='i') }}
{%- endmacro %}


{# A moment as ISO 8601 has it, with the time optional. An offset is applied, or none is allowed. #}
{% macro postgres_iso_moment(text, with_offset=false) -%}
    {%- set time = '(?: +|T *)([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{0,2})(?:[.]([0-9]*))?)?' -%}
    {%- set date = '^([0-9]{1,6})([-/ \\\\])([0-9]{1,2})\\2([0-9]{1,2})' -%}
    {%- set at = {'Y': 1, 'm': 3, 'd': 4, 'H': 5, 'M': 6, 'S': 7, 'f': 8} -%}
    {%- if with_offset -%}
    {%- set strict = '[ T] *([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.]([0-9]*))?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)$' -%}
    {{ regulars.postgres_moment_of(text, date ~ strict, dict(at, z=9), midnight=true) }}
    {%- else -%}
    {{ regulars.postgres_moment_of(text, date ~ '(?:' ~ time ~ ')?(?: UTC|[+]00)? *$', at, midnight=true) }}
    {%- endif -%}
{%- endmacro %}


{# The groups of a pattern, `at` the places of their strptime letters, as a timestamp. #}
{% macro postgres_moment_of(text, pattern, at, midnight=false, flags='') -%}
    {%- set month_names = "array['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']" -%}
    {%- set name = at.get('b') or at.get('B') -%}
    (select
        {% if 'z' in at -%}
        timezone('{{ var("timezone") }}', timezone('UTC', make_timestamp(y, m, d, h, i, s) - away))
        {%- else -%}
        make_timestamp(y, m, d, h, i, s)
        {%- endif %}
    from (select
        {% if 'y' in at -%}
        cast(part[{{ at.y }}] as integer)
        + case when cast(part[{{ at.y }}] as integer) < 69 then 2000 else 1900 end as y,
        {%- else -%}
        {{ 'cast(part[' ~ at.Y ~ '] as integer)' if 'Y' in at else '1900' }} as y,
        {%- endif %}
        {% if name -%}
        array_position({{ month_names }}, lower(left(part[{{ name }}], 3))) as m,
        {%- else -%}
        {{ 'cast(part[' ~ at.m ~ '] as integer)' if 'm' in at else '1' }} as m,
        {%- endif %}
        {{ 'cast(part[' ~ at.d ~ '] as integer)' if 'd' in at else '1' }} as d,
        {% if 'I' in at -%}
        case when cast(part[{{ at.I }}] as integer) between 1 and 12
            then cast(part[{{ at.I }}] as integer) % 12
            {%- if 'p' in at %} + case when lower(part[{{ at.p }}]) = 'pm' then 12 else 0 end{% endif %}
            else 99 end as h,
        {%- else -%}
        {{ "coalesce(cast(part[" ~ at.H ~ "] as integer), 0)" if 'H' in at else '0' }} as h,
        {%- endif %}
        {{ "coalesce(cast(part[" ~ at.M ~ "] as integer), 0)" if 'M' in at else '0' }} as i,
        cast(
            {{ "coalesce(nullif(part[" ~ at.S ~ "], ''), '0')" if 'S' in at else "'0'" }}
            || '.' || {{ "rpad(left(coalesce(part[" ~ at.f ~ "], ''), 6), 6, '0')" if 'f' in at else "'0'" }}
            as double precision
        ) as s
        {%- if 'z' in at %},
        case when part[{{ at.z }}] in ('Z', 'z') then interval '0' else
            cast(left(part[{{ at.z }}], 3) || ' hours' as interval)
            + cast(left(part[{{ at.z }}], 1)
                || coalesce(nullif(right(replace(substr(part[{{ at.z }}], 4), ':', ''), 2), ''), '0')
                || ' minutes' as interval)
        end as away
        {%- endif %}
    from (select regexp_match({{ text }}, '{{ pattern }}', '{{ flags }}') as part offset 0) as matched
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
