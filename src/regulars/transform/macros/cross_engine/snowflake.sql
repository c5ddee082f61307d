{#
  Snowflake's words for the macros of this folder. Its regular expressions are POSIX: no group goes
  uncounted there, and a backslash in a text is written twice. Dates are never left to its own
  reading of them, which takes 20240105 for seconds and 01/05/2024 for January.
#}
{% macro posix(pattern) -%}
    {{- return(pattern | replace('(?:', '(') | replace('\\', '\\\\')) -}}
{%- endmacro %}

{% macro snowflake__type_name(type) -%}
    {{- return({'timestamp': 'timestamp_ntz', 'timestamptz': 'timestamp_tz'}.get(type, type)) -}}
{%- endmacro %}

{#- A name that needs no quotes is stored in capitals, and must be found without quotes too. -#}
{% macro snowflake__quoted(name) -%}
    {%- set is_plain = modules.re.fullmatch('[A-Za-z_][A-Za-z0-9_$]*', name) -%}
    {{- return('"' ~ ((name | upper) if is_plain else (name | replace('"', '""'))) ~ '"') -}}
{%- endmacro %}

{% macro snowflake__matches(text, pattern) -%}
    (regexp_instr({{ text }}, '{{ regulars.posix(pattern) }}') > 0)
{%- endmacro %}

{% macro snowflake__replaced(text, pattern, replacement) -%}
    regexp_replace(
        {{ text }}, '{{ regulars.posix(pattern) }}', '{{ replacement | replace("\\", "\\\\") }}'
    )
{%- endmacro %}

{% macro snowflake__trimmed(expression) -%}
    {%- set spaces = '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009'
        ~ '\u200a\u202f\u205f\u3000' -%}
    trim(cast({{ expression }} as varchar), ' {{ spaces }}')
{%- endmacro %}

{% macro snowflake__titled(expression) -%}
    initcap({{ expression }}, ' ')
{%- endmacro %}

{#- Large floating point numbers become text with an exponent there. -#}
{% macro snowflake__text_of_number(expression) -%}
    {%- set text = regulars.read_text(expression) -%}
    case
        when {{ regulars.matches(text, '^-?[0-9.]+[eE][+][0-9]+$') }}
            then cast(try_cast({{ text }} as decimal(38, 0)) as varchar)
        else regexp_replace({{ text }}, '[.]0$', '')
    end
{%- endmacro %}

{% macro snowflake__fast_hash(columns) -%}
    {{ regulars.default__hashed(columns) }}
{%- endmacro %}

{#- Moments as text have six decimals there; keys are made of as many as are not 0. -#}
{% macro snowflake__hashed(expressions) -%}
    {%- set parts = [] -%}
    {%- for expression in expressions -%}
        {%- do parts.append("coalesce(cast(" ~ expression ~ " as varchar), '~')") -%}
    {%- endfor -%}
    {%- set text = parts | join(" || '|' || ") -%}
    {%- set clock = '([0-9]{2}:[0-9]{2}:[0-9]{2}' -%}
    {%- set whole = regulars.replaced(text, clock ~ ')[.]0+([|]|$)', '\\1\\2') -%}
    md5({{ regulars.replaced(whole, clock ~ '[.][0-9]*[1-9])0+([|]|$)', '\\1\\2') }})
{%- endmacro %}

{% macro snowflake__bit_or(expression) -%}
    bitor_agg({{ expression }})
{%- endmacro %}

{#- No function counts bits there. -#}
{% macro snowflake__counted_bits(expression) -%}
    cast(
    {%- for bit in range(63) %}
        mod(bitshiftright({{ expression }}, {{ bit }}), 2){{ ' +' if not loop.last }}
    {%- endfor %}
        as bigint)
{%- endmacro %}

{% macro snowflake__weekday(expression) -%}
    dayofweekiso({{ expression }})
{%- endmacro %}

{% macro snowflake__days_between(earlier, later) -%}
    cast(
        datediff('day', cast({{ earlier }} as date), cast({{ later }} as date)) as integer
    )
{%- endmacro %}

{% macro snowflake__local_timestamp(expression) -%}
    cast(
        convert_timezone('{{ var("timezone") }}', cast({{ expression }} as timestamp_tz))
        as timestamp_ntz
    )
{%- endmacro %}

{% macro snowflake__typed_moment(expression) -%}
    cast({{ expression }} as timestamp_ntz)
{%- endmacro %}

{% macro snowflake__try_cast(expression, type) -%}
    {%- set text = 'trim(cast(' ~ expression ~ ' as varchar))' -%}
    {%- set limits = {
        'integer': 'between -2147483648 and 2147483647',
        'bigint': 'between -9223372036854775808 and 9223372036854775807',
    } -%}
    {%- if type == 'timestamp' -%}
    {{ regulars.snowflake_iso_moment(text) }}
    {%- elif type == 'boolean' -%}
    {{ regulars.read_flag(expression) }}
    {%- elif type in limits -%}
    {%- set number = 'try_cast(' ~ text ~ ' as decimal(38, 0))' -%}
    cast(case when {{ number }} {{ limits[type] }} then {{ number }} end as {{ type }})
    {%- else -%}
    try_cast({{ text }} as {{ regulars.type_name(type) }})
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__get_empty_schema_sql(columns) -%}
    {{ return(default__get_empty_schema_sql(regulars.with_own_types(columns))) }}
{%- endmacro %}


{% macro snowflake__read_timestamp(expression, formats) -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- if not formats -%}
    coalesce(
        case when {{ regulars.matches(expression, regulars.plain_iso_moment_pattern()) }} then
            try_cast(
                left({{ expression }}, charindex('.', {{ expression }} || '.') + 6)
                as timestamp_ntz
            )
        end,
        case when {{ regulars.matches(text, regulars.offset_pattern()) }}
            then {{ regulars.snowflake_iso_moment(text, with_offset=true) }}
            else {{ regulars.snowflake_iso_moment(text) }}
        end
    )
    {%- else -%}
    coalesce(
    {%- for format in formats %}
        {{ regulars.snowflake_moment(text, format) }},
    {%- endfor %}
        null
    )
    {%- endif -%}
{%- endmacro %}


{# A moment in a format of strptime: a pattern with a group for each part. #}
{% macro snowflake_moment(text, format) -%}
    {%- if format == 'excel' or format in regulars.counted_units() -%}
    {{- return(regulars.snowflake_counted_moment(text, format)) -}}
    {%- endif -%}
    {%- set groups = regulars.strptime_groups() -%}
    {%- set at = {} -%}
    {%- set pattern = ['^'] -%}
    {%- for percent, letter, other in modules.re.findall('(%)-?(.)|([^%])', format) -%}
        {%- if percent and letter in groups -%}
            {%- do at.update({letter: (pattern | join).count('(') + 1}) -%}
            {%- do pattern.append('(' ~ (groups[letter] | replace('(?:', '(')) ~ ')') -%}
        {%- elif percent and letter in 'aA' -%}
            {%- do pattern.append('[^0-9 ,]+') -%}
        {%- elif percent and letter == '%' -%}
            {%- do pattern.append('%') -%}
        {%- elif percent -%}
            {%- do exceptions.raise_compiler_error(
                'the date format %' ~ letter ~ ' cannot be read on Snowflake'
            ) -%}
        {%- elif other == ' ' -%}
            {%- do pattern.append(' +') -%}
        {%- elif other in '()' -%}
            {%- do pattern.append('[' ~ other ~ ']') -%}
        {%- else -%}
            {%- do pattern.append(modules.re.escape(other) | replace("'", "''")) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if at.V -%}
    {{ regulars.snowflake_week_of(text, pattern | join ~ '$', at) }}
    {%- else -%}
    {{ regulars.snowflake_moment_of(text, pattern | join ~ '$', at) }}
    {%- endif -%}
{%- endmacro %}


{# Seconds since 1970 in UTC, or days of a spreadsheet since 1899-12-30. #}
{% macro snowflake_counted_moment(text, format) -%}
    {%- set count = "try_cast(" ~ text ~ " as decimal(38, 9))" -%}
    case
        when not {{ regulars.matches(text, '^[0-9]{1,17}([.][0-9]*)?$') }} then null
        {%- if format == 'excel' %}
        when {{ count }} between 1 and 73415 then dateadd(
            'second',
            cast(round({{ count }} * 86400) as integer),
            cast('1899-12-30 00:00:00' as timestamp_ntz)
        )
        {%- else %}
        {%- set unit = regulars.counted_units()[format] %}
        when {{ count }} between 0 and {{ 4102444800 * unit }} then convert_timezone(
            'UTC',
            '{{ var("timezone") }}',
            dateadd(
                'microsecond',
                cast(round({{ count }} * {{ 1000000 // unit }}) as bigint),
                cast('1970-01-01 00:00:00' as timestamp_ntz)
            )
        )
        {%- endif %}
    end
{%- endmacro %}


{# A moment as ISO 8601 has it, the time optional. An offset is applied, or none may be there. #}
{% macro snowflake_iso_moment(text, with_offset=false) -%}
    {%- set at = {'Y': 1, 'm': 3, 'd': 5} -%}
    {%- set date = '^([0-9]{1,6})([-/ ])([0-9]{1,2})([-/ ])([0-9]{1,2})' -%}
    {%- set minutes = '([0-9]{1,2}):([0-9]{1,2})' -%}
    {%- if with_offset -%}
    {%- do at.update({'H': 6, 'M': 7, 'S': 9, 'f': 11, 'z': 12}) -%}
    {%- set time = '[ T] *' ~ minutes ~ '(:([0-9]{1,2})([.]([0-9]*))?)?' -%}
    {%- set pattern = date ~ time ~ ' ?(Z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)$' -%}
    {%- else -%}
    {%- do at.update({'H': 8, 'M': 9, 'S': 11, 'f': 13}) -%}
    {%- set time = '(( +|T *)' ~ minutes ~ '(:([0-9]{0,2})([.]([0-9]*))?)?)?' -%}
    {%- set pattern = date ~ time ~ '( UTC|[+]00)? *$' -%}
    {%- endif -%}
    case when {{ regulars.snowflake_part(text, pattern, 2) }}
        = {{ regulars.snowflake_part(text, pattern, 4) }}
        then {{ regulars.snowflake_moment_of(text, pattern, at, midnight=true) }}
    end
{%- endmacro %}


{# What a group of a pattern matched; null where the pattern does not match. #}
{% macro snowflake_part(text, pattern, place) -%}
    regexp_substr({{ text }}, '{{ regulars.posix(pattern) }}', 1, 1, 'ie', {{ place }})
{%- endmacro %}


{% macro snowflake_number_of(text, pattern, place, otherwise) -%}
    {%- if place -%}
    {%- set part = regulars.snowflake_part(text, pattern, place) -%}
    coalesce(cast(nullif({{ part }}, '') as integer), {{ otherwise }})
    {%- else -%}
    {{ otherwise }}
    {%- endif -%}
{%- endmacro %}


{# The groups of a pattern, `at` the places of their strptime letters, as a timestamp. #}
{% macro snowflake_moment_of(text, pattern, at, midnight=false) -%}
    {%- set year = regulars.snowflake_number_of(text, pattern, at.Y, 1900) -%}
    {%- set short = regulars.snowflake_number_of(text, pattern, at.y, 0) -%}
    {%- set month = regulars.snowflake_number_of(text, pattern, at.m, 1) -%}
    {%- set day = regulars.snowflake_number_of(text, pattern, at.d, 1) -%}
    {%- set hour = regulars.snowflake_number_of(text, pattern, at.H or at.I, 0) -%}
    {%- set minute = regulars.snowflake_number_of(text, pattern, at.M, 0) -%}
    {%- set second = regulars.snowflake_number_of(text, pattern, at.S, 0) -%}
    {%- set fraction -%}
        {%- if at.f -%}
        cast(rpad(
            left(coalesce({{ regulars.snowflake_part(text, pattern, at.f) }}, ''), 6), 9, '0'
        ) as integer)
        {%- else -%} 0 {%- endif -%}
    {%- endset -%}
    {%- if at.y -%}
        {%- set year = short ~ ' + case when ' ~ short ~ ' < 69 then 2000 else 1900 end' -%}
    {%- endif -%}
    {%- if at.q -%}
        {%- set month = '3 * ' ~ regulars.snowflake_number_of(text, pattern, at.q, 1) ~ ' - 2' -%}
    {%- elif at.b or at.B -%}
        {%- set month = regulars.month_of_name(
            regulars.snowflake_part(text, pattern, at.b or at.B)
        ) -%}
    {%- endif -%}
    {%- if at.I -%}
        {%- set half = 'lower(' ~ regulars.snowflake_part(text, pattern, at.p) ~ ')' if at.p
            else "'am'" -%}
        {%- set hour = 'case when ' ~ hour ~ ' not between 1 and 12 then 99 else mod(' ~ hour
            ~ ', 12) + case when ' ~ half ~ " = 'pm' then 12 else 0 end end" -%}
    {%- endif -%}
    {%- set made = 'timestamp_ntz_from_parts(' ~ [year, month, day, hour, minute, second, fraction]
        | join(', ') ~ ')' -%}
    case
        when not coalesce({{ regulars.snowflake_part(text, pattern, 0) }} <> '', false) then null
        when ({{ month }}) not between 1 and 12 or ({{ month }}) is null then null
        when ({{ year }}) not between 1 and 9999 then null
        when {{ minute }} > 59 or {{ second }} > 59 then null
        when ({{ hour }}) > 23
            {{- ' and not (' ~ hour ~ ' = 24 and ' ~ minute ~ ' = 0 and ' ~ second ~ ' = 0)'
                if midnight }} then null
        when {{ day }} not between 1 and case
            when ({{ month }}) in (4, 6, 9, 11) then 30
            when ({{ month }}) <> 2 then 31
            when mod({{ year }}, 4) = 0 and (mod({{ year }}, 100) <> 0 or mod({{ year }}, 400) = 0)
                then 29
            else 28
        end then null
        {%- if at.z %}
        else convert_timezone('UTC', '{{ var("timezone") }}', dateadd(
            'minute',
            -1 * ({{ regulars.minutes_of_offset(regulars.snowflake_part(text, pattern, at.z)) }}),
            {{ made }}
        ))
        {%- else %}
        else {{ made }}
        {%- endif %}
    end
{%- endmacro %}


{# The first day of a week as ISO 8601 numbers it, or the day %u of it. #}
{% macro snowflake_week_of(text, pattern, at) -%}
    {%- set week = regulars.snowflake_number_of(text, pattern, at.V, 0) -%}
    {%- set year = regulars.snowflake_number_of(text, pattern, at.G, 0) -%}
    {%- set fourth = 'date_from_parts(' ~ year ~ ', 1, 4)' -%}
    case when {{ week }} between 1 and 53 and {{ year }} > 0 then cast(
        dateadd(
            'day',
            7 * ({{ week }} - 1) + {{ regulars.snowflake_number_of(text, pattern, at.u, 1) }}
            - dayofweekiso({{ fourth }}),
            {{ fourth }}
        ) as timestamp_ntz
    ) end
{%- endmacro %}
