{#
  At the end of a query: its expressions are computed once a row, however often they are used
  above it. Only engines that would copy them into every use need to be told.
#}
{% macro compute_once() -%}
    {{ return(adapter.dispatch('compute_once', 'regulars')()) }}
{%- endmacro %}

{% macro default__compute_once() -%}
{%- endmacro %}

{% macro postgres__compute_once() -%}
    offset 0
{%- endmacro %}
