{#
  A number as text, a whole one without decimals: files hold keys as floating point, and 17850.0 is
  the customer 17850.
#}
{% macro text_of_number(expression) -%}
    {{ return(adapter.dispatch('text_of_number', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__text_of_number(expression) -%}
    regexp_replace({{ regulars.read_text(expression) }}, '[.]0$', '')
{%- endmacro %}
