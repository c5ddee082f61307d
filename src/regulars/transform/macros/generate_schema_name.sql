{# A layer is a schema: silver, gold, serving, each behind the project's prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ var('schema_prefix') }}{{ custom_schema_name or 'gold' }}
{%- endmacro %}
