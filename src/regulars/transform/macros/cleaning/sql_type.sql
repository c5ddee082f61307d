{# The portable SQL type of a canonical type. #}
{% macro sql_type(type) -%}
    {{- return({
        'text': 'varchar', 'category': 'varchar', 'number': 'decimal(18, 4)', 'integer': 'bigint',
        'timestamp': 'timestamp', 'date': 'timestamp', 'flag': 'boolean',
    }[type]) -}}
{%- endmacro %}
