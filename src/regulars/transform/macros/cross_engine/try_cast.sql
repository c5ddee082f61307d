{# A value as another type; null where it cannot be one. Numbers are rounded half away from zero. #}
{% macro try_cast(expression, type) -%}
    {{ return(adapter.dispatch('try_cast', 'regulars')(expression, type)) }}
{%- endmacro %}

{% macro default__try_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}

{% macro postgres__try_cast(expression, type) -%}
    {%- set text = 'cast(' ~ expression ~ ' as varchar)' -%}
    {%- if type == 'timestamp' -%}
    {{ regulars.postgres_iso_moment(text) }}
    {%- elif type == 'boolean' -%}
    {{ regulars.read_flag(expression) }}
    {%- else -%}
    {{ regulars.postgres_number(text, type) }}
    {%- endif -%}
{%- endmacro %}


{#
  PostgreSQL before 16 has no cast that gives null instead of an error, so the text is looked at
  first. Exponents of more than three digits are no numbers here.
#}
{% macro postgres_number(text, type) -%}
    {%- set limits = {
        'integer': '2147483647', 'bigint': '9223372036854775807', 'double': '1e308',
    } -%}
    {%- set parts = modules.re.findall('[0-9]+', type) -%}
    {%- set scale = parts[1] | int if parts else 0 -%}
    {%- set limit = limits.get(type) or ('1e' ~ (parts[0] | int - scale) ~ ' - 1e-' ~ scale) -%}
    {%- set value = 'cast(' ~ text ~ ' as numeric)' -%}
    {%- set rounded = value if type == 'double' else 'round(' ~ value ~ ', ' ~ scale ~ ')' -%}
    {%- set own_type = regulars.type_name(type) -%}
    cast(case when {{ text }} ~ '^ *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})? *$' then
        case when abs({{ rounded }}) <= {{ limit }} then cast({{ value }} as {{ own_type }}) end
    end as {{ own_type }})
{%- endmacro %}
