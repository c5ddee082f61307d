{# Text in capitals, also outside of ASCII. #}
{% macro raised(expression) -%}
    {{ return(adapter.dispatch('raised', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__raised(expression) -%}
    upper({{ expression }})
{%- endmacro %}

{# Text is stored with collation C, whose capitals are those of ASCII alone. #}
{% macro postgres__raised(expression) -%}
    upper({{ expression }} collate "und-x-icu") collate "C"
{%- endmacro %}
