{# One number over another as a double; null where the second is null or zero. #}
{% macro ratio(above, below) -%}
    {%- set double = regulars.type_name('double') -%}
    cast({{ above }} as {{ double }}) / nullif(cast({{ below }} as {{ double }}), 0)
{%- endmacro %}
