{# A name of a column as the project file gives it: a word of SQL, any letters, any signs. #}
{% macro quoted(name) -%}
    {{ return(adapter.dispatch('quoted', 'regulars')(name)) }}
{%- endmacro %}

{% macro default__quoted(name) -%}
    {{- return('"' ~ (name | replace('"', '""')) ~ '"') -}}
{%- endmacro %}
