{# Text in small letters, also outside of ASCII. #}
{% macro lowered(expression) -%}
    {{ return(adapter.dispatch('lowered', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__lowered(expression) -%}
    lower({{ expression }})
{%- endmacro %}

{# Text is stored with collation C, whose small letters are those of ASCII alone. #}
{% macro postgres__lowered(expression) -%}
    lower({{ expression }} collate "und-x-icu") collate "C"
{%- endmacro %}
