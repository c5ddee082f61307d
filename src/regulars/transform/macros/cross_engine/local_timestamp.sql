{# A moment with a time zone, as clock time in the project's zone. #}
{% macro local_timestamp(expression) -%}
    {{ return(adapter.dispatch('local_timestamp', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__local_timestamp(expression) -%}
    cast({{ expression }} as timestamptz) at time zone '{{ var("timezone") }}'
{%- endmacro %}
