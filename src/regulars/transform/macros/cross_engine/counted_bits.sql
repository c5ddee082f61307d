{# How many bits of a set of days are set; a period of one day has one bit. #}
{% macro counted_bits(expression) -%}
    {%- if var('grain') == 'day' -%}
    cast({{ expression }} as bigint)
    {%- else -%}
    {{ return(adapter.dispatch('counted_bits', 'regulars')(expression)) }}
    {%- endif -%}
{%- endmacro %}

{% macro default__counted_bits(expression) -%}
    cast(bit_count({{ expression }}) as bigint)
{%- endmacro %}

{% macro postgres__counted_bits(expression) -%}
    cast(bit_count(cast({{ expression }} as bit(64))) as bigint)
{%- endmacro %}
