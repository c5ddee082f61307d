{# Midnight of a date given as year, month and day columns; null where it is no date. #}
{% macro date_of_parts(year, month, day) -%}
    {%- set text -%}
    lpad({{ regulars.date_part_text(year) }}, 4, '0')
    || '-' || lpad({{ regulars.date_part_text(month) }}, 2, '0')
    || '-' || {% if day %}lpad({{ regulars.date_part_text(day) }}, 2, '0'){% else %}'01'{% endif %}
    {%- endset -%}
    {{ regulars.try_cast(text, 'timestamp') }}
{%- endmacro %}


{# A whole number as text, also where a file holds it as floating point. #}
{% macro date_part_text(expression) -%}
    regexp_replace({{ regulars.trimmed(expression) }}, '\.0$', '')
{%- endmacro %}
