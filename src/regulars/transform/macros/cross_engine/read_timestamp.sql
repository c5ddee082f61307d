{#
  A moment in the project's time zone: text with an offset is converted to it, text without one
  is read in it. `formats` are tried in order. Null where it is no date.
#}
{% macro read_timestamp(expression, formats=[]) -%}
    {{ return(adapter.dispatch('read_timestamp', 'regulars')(expression, formats)) }}
{%- endmacro %}

{% macro default__read_timestamp(expression, formats) -%}
    {%- set text = "trim(cast(" ~ expression ~ " as varchar))" -%}
    {%- if formats -%}
    try_strptime({{ text }}, ['{{ formats | join("', '") }}'])
    {%- else -%}
    case
        when regexp_matches({{ text }}, '[T ][0-9:.]+ ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$')
            then timezone('{{ var("timezone") }}', try_cast({{ text }} as timestamptz))
        else try_cast({{ text }} as timestamp)
    end
    {%- endif -%}
{%- endmacro %}
