{# True where the source holds something for a mapped column, readable or not. #}
{% macro is_given(column) -%}
    {%- if column.parts -%}
    ({{ regulars.read_text(column.parts.year) }} is not null)
    {%- else -%}
    ({{ regulars.read_text(column.sql) }} is not null)
    {%- endif -%}
{%- endmacro %}
