{# A moment with a time zone, as clock time in the project's zone. #}
{% macro local_timestamp(expression) -%}
    timezone('{{ var("timezone") }}', cast({{ expression }} as timestamptz))
{%- endmacro %}
