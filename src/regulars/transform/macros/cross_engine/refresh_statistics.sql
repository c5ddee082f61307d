{# What an engine needs after a table was filled to plan well what reads it; mostly nothing. #}
{% macro refresh_statistics() -%}
    {{ return(adapter.dispatch('refresh_statistics', 'regulars')()) }}
{%- endmacro %}

{% macro default__refresh_statistics() -%}
{%- endmacro %}

{% macro postgres__refresh_statistics() -%}
    analyze {{ this }}
{%- endmacro %}
