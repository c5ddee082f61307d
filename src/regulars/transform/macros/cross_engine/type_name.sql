{# The engine's own name of a type: models and contracts say double, varchar, decimal(18, 4), ... #}
{% macro type_name(type) -%}
    {{ return(adapter.dispatch('type_name', 'regulars')(type)) }}
{%- endmacro %}

{% macro default__type_name(type) -%}
    {{- return(type) -}}
{%- endmacro %}

{% macro postgres__type_name(type) -%}
    {{- return('double precision' if type == 'double' else type) -}}
{%- endmacro %}
