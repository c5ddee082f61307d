{# A day or moment as a moment, without a look at its text; null where it does not fit. #}
{% macro typed_moment(expression) -%}
    {{ return(adapter.dispatch('typed_moment', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__typed_moment(expression) -%}
    {{ regulars.try_cast(expression, 'timestamp') }}
{%- endmacro %}

{% macro postgres__typed_moment(expression) -%}
    case
        when {{ expression }} >= date '0001-01-01' and {{ expression }} < date '290001-01-01'
            then cast({{ expression }} as timestamp)
    end
{%- endmacro %}
