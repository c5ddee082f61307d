{# Text without surrounding space; empty text is null. #}
{% macro read_text(expression) -%}
    nullif(trim(cast({{ expression }} as varchar)), '')
{%- endmacro %}
