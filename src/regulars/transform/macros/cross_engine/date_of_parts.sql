{# Midnight of a date given as year, month and day columns; null where it is no date. #}
{% macro date_of_parts(year, month, day) -%}
    try_cast(
        lpad(trim(cast({{ year }} as varchar)), 4, '0')
        || '-' || lpad(trim(cast({{ month }} as varchar)), 2, '0')
        || '-' || {% if day %}lpad(trim(cast({{ day }} as varchar)), 2, '0'){% else %}'01'{% endif %}
        as timestamp
    )
{%- endmacro %}
