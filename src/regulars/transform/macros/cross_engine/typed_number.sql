{# A number as another type of number, without a look at its text; null where it does not fit. #}
{% macro typed_number(expression, type) -%}
    {{ return(adapter.dispatch('typed_number', 'regulars')(expression, type)) }}
{%- endmacro %}

{% macro default__typed_number(expression, type) -%}
    {{ regulars.try_cast(expression, type) }}
{%- endmacro %}

{#-
  A floating point number is read from its text, which has all of its digits. What may not fit is
  read as a text is.
-#}
{% macro postgres__typed_number(expression, type) -%}
    {%- set own_type = regulars.type_name(type) -%}
    {%- set limit = '1e13' -%}
    case
        when {{ expression }} > -{{ limit }} and {{ expression }} < {{ limit }}
            then cast(cast(cast({{ expression }} as varchar) as numeric) as {{ own_type }})
        else {{ regulars.try_cast(expression, type) }}
    end
{%- endmacro %}
