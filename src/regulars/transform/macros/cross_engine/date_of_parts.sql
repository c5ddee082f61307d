{# Midnight of a date given as year, month and day columns; null where it is no date. #}
{% macro date_of_parts(year, month, day) -%}
    {%- set text -%}
    lpad({{ regulars.text_of_number(year) }}, 4, '0')
    || '-' || lpad({{ regulars.text_of_number(month) }}, 2, '0')
    || '-' || {% if day %}lpad({{ regulars.text_of_number(day) }}, 2, '0'){% else %}'01'{% endif %}
    {%- endset -%}
    {{ regulars.try_cast(text, 'timestamp') }}
{%- endmacro %}
