{# How many bits of a whole number are set. #}
{% macro counted_bits(expression) -%}
    {{ return(adapter.dispatch('counted_bits', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__counted_bits(expression) -%}
    cast(bit_count({{ expression }}) as bigint)
{%- endmacro %}

{% macro postgres__counted_bits(expression) -%}
    cast(bit_count(cast({{ expression }} as bit(64))) as bigint)
{%- endmacro %}
