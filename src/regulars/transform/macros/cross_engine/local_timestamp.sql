{# A moment with a time zone, as clock time in the project's zone. #}
{% macro local_timestamp(expression) -%}
    cast({{ expression }} as timestamptz) at time zone '{{ var("timezone") }}'
{%- endmacro %}
