{#
  A moment in the project's time zone: text with an offset is converted to it, text without one
  is read in it. `formats` (strptime) are tried in order. Null where it is no date.
#}
{% macro read_timestamp(expression, formats=[]) -%}
    {{ return(adapter.dispatch('read_timestamp', 'regulars')(expression, formats)) }}
{%- endmacro %}

{% macro default__read_timestamp(expression, formats) -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- if not formats -%}
    case
        when {{ regulars.matches(text, regulars.offset_pattern()) }}
            then try_cast({{ text }} as timestamptz) at time zone '{{ var("timezone") }}'
        else try_cast({{ text }} as timestamp)
    end
    {%- elif '%z' in formats | join -%}
    coalesce(
    {%- for format in formats %}
        {% if '%z' in format -%}
        try_strptime({{ text }}, '{{ format }}') at time zone '{{ var("timezone") }}'
        {%- else -%}
        try_strptime({{ text }}, '{{ format }}')
        {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
    )
    {%- else -%}
    try_strptime({{ text }}, ['{{ formats | join("', '") }}'])
    {%- endif -%}
{%- endmacro %}

{% macro postgres__read_timestamp(expression, formats) -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- if not formats -%}
    case
        when {{ regulars.matches(text, regulars.offset_pattern()) }}
            then {{ regulars.postgres_iso_moment(text, with_offset=true) }}
        else {{ regulars.postgres_iso_moment(text) }}
    end
    {%- else -%}
    coalesce(
    {%- for format in formats %}
        {{ regulars.postgres_moment(text, format) }}{{ ',' if not loop.last }}
    {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{# How a time with an offset ends. #}
{% macro offset_pattern() -%}
    {{- return('[T ][0-9:.]+ ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') -}}
{%- endmacro %}
