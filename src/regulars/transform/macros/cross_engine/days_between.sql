{# Whole calendar days from one moment's date to another's, as an integer. #}
{% macro days_between(earlier, later) -%}
    {{ return(adapter.dispatch('days_between', 'regulars')(earlier, later)) }}
{%- endmacro %}

{% macro default__days_between(earlier, later) -%}
    cast(cast({{ later }} as date) - cast({{ earlier }} as date) as integer)
{%- endmacro %}
