{# A whole-number hash of several columns, quick and the same within one engine; never shown. #}
{% macro fast_hash(columns) -%}
    {{ return(adapter.dispatch('fast_hash', 'regulars')(columns)) }}
{%- endmacro %}

{% macro default__fast_hash(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro postgres__fast_hash(columns) -%}
    hashtextextended(
    {%- for column in columns %}
        coalesce(cast({{ column }} as varchar), '~'){{ " || '|' ||" if not loop.last }}
    {%- endfor %}, 0)
{%- endmacro %}
