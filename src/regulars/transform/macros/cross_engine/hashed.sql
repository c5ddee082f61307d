{# A 32-digit key of several columns; null and empty text differ. #}
{% macro hashed(expressions) -%}
    {{ return(adapter.dispatch('hashed', 'regulars')(expressions)) }}
{%- endmacro %}

{% macro default__hashed(expressions) -%}
    md5(
    {%- for expression in expressions %}
        coalesce(cast({{ expression }} as varchar), '~'){{ " || '|' ||" if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
