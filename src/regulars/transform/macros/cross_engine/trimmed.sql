{# A value as text without spaces of any kind (Unicode class Zs) at its ends. #}
{% macro trimmed(expression) -%}
    {{ return(adapter.dispatch('trimmed', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__trimmed(expression) -%}
    trim(cast({{ expression }} as varchar))
{%- endmacro %}

{% macro postgres__trimmed(expression) -%}
    {%- set spaces = [
        '00a0', '1680', '2000', '2001', '2002', '2003', '2004', '2005', '2006', '2007', '2008',
        '2009', '200a', '202f', '205f', '3000',
    ] -%}
    btrim(cast({{ expression }} as varchar), e' \u{{ spaces | join("\\u") }}')
{%- endmacro %}
