{# The column that holds what was delivered: the one beside a capped column, or itself. #}
{% macro delivered(entity, column) -%}
    {{- column ~ '_uncapped' if column in var('capped').get(entity, []) else column -}}
{%- endmacro %}
