{#
  Spark's words for the macros of this folder. The engine itself says quotes, texts and types of
  standard SQL in Spark's way. Regular expressions are Java's, where $ also goes before a line's end.
#}
{% macro java_pattern(pattern) -%}
    {{- return(modules.re.sub('[$](?=$|[|)])', '\\\\z', pattern)) -}}
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    ({{ text }} rlike '{{ regulars.java_pattern(pattern) }}')
{%- endmacro %}

{% macro spark__replaced(text, pattern, replacement) -%}
    regexp_replace(
        {{ text }}, '{{ regulars.java_pattern(pattern) }}', '{{ replacement | replace("\\", "$") }}'
    )
{%- endmacro %}

{% macro spark__trimmed(expression) -%}
    {%- set spaces = '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009'
        ~ '\u200a\u202f\u205f\u3000' -%}
    trim(both ' {{ spaces }}' from cast({{ expression }} as varchar))
{%- endmacro %}

{#- Large floating point numbers become text with an exponent there. -#}
{% macro spark__text_of_number(expression) -%}
    {%- set text = regulars.read_text(expression) -%}
    {%- set digits = 'cast(try_cast(' ~ text ~ ' as decimal(38, 10)) as varchar)' -%}
    case
        when {{ regulars.matches(text, '^-?[0-9]+[.][0-9]+E[0-9]+$') }}
            then regexp_replace({{ digits }}, '[.]?0+$', '')
        else regexp_replace({{ text }}, '[.]0$', '')
    end
{%- endmacro %}

{% macro spark__fast_hash(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__weekday(expression) -%}
    extract(dayofweek_iso from {{ expression }})
{%- endmacro %}

{% macro spark__days_between(earlier, later) -%}
    datediff(cast({{ later }} as date), cast({{ earlier }} as date))
{%- endmacro %}

{% macro spark__date_added(part, count, expression) -%}
    {%- set date = 'cast(' ~ expression ~ ' as date)' -%}
    {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
    {%- if part in months -%}
    add_months({{ date }}, cast({{ months[part] }} * ({{ count }}) as integer))
    {%- else -%}
    date_add({{ date }}, cast({{ {'day': 1, 'week': 7}[part] }} * ({{ count }}) as integer))
    {%- endif -%}
{%- endmacro %}

{% macro spark__local_timestamp(expression) -%}
    convert_timezone(
        'UTC', '{{ var("timezone") }}', cast(cast({{ expression }} as timestamptz) as timestamp)
    )
{%- endmacro %}

{% macro spark__typed_moment(expression) -%}
    cast({{ expression }} as timestamp)
{%- endmacro %}

{#- Java also reads 1.5f and 0x1p3; whole numbers are rounded there by cutting them off. -#}
{% macro spark__try_cast(expression, type) -%}
    {%- set text = 'cast(' ~ expression ~ ' as varchar)' -%}
    {%- if type == 'timestamp' -%}
    {{ regulars.spark_iso_moment(text) }}
    {%- elif type == 'boolean' -%}
    {{ regulars.read_flag(expression) }}
    {%- elif type in ('integer', 'bigint') -%}
    try_cast(round(try_cast({{ text }} as decimal(38, 10))) as {{ type }})
    {%- elif type == 'double' -%}
    case
        when {{ regulars.matches(
            text, '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)? *$'
        ) }}
            then try_cast({{ text }} as double)
    end
    {%- else -%}
    try_cast({{ text }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
