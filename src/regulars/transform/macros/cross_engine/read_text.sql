{# Text without surrounding space; empty text is null. #}
{% macro read_text(expression) -%}
    nullif({{ regulars.trimmed(expression) }}, '')
{%- endmacro %}
