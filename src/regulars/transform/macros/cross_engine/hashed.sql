{# A 32-digit key of several columns; null and empty text differ. #}
{% macro hashed(expressions) -%}
    md5(
    {%- for expression in expressions %}
        coalesce(cast({{ expression }} as varchar), '~'){{ " || '|' ||" if not loop.last }}
    {%- endfor %}
    )
{%- endmacro %}
