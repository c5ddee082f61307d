{# Models of this project stand in the schemas that Regulars uses. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ return(regulars.generate_schema_name(custom_schema_name, node)) }}
{%- endmacro %}
