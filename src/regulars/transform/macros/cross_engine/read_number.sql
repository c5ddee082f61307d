{# A number from text such as '$1,234.50 ', '(12.00)' or '1.234,5'; null where it is none. #}
{% macro read_number(expression, decimal_mark='.', type='decimal(18, 4)') -%}
    {{ return(adapter.dispatch('read_number', 'regulars')(expression, decimal_mark, type)) }}
{%- endmacro %}

{% macro default__read_number(expression, decimal_mark, type) -%}
    {%- set kept = "[^0-9eE" ~ decimal_mark ~ "+-]" -%}
    {%- set text = regulars.trimmed(expression) -%}
    {%- set digits = "regexp_replace(" ~ text ~ ", '" ~ kept ~ "', '', 'g')" -%}
    {%- if decimal_mark != '.' -%}
        {%- set digits = "replace(" ~ digits ~ ", '" ~ decimal_mark ~ "', '.')" -%}
    {%- endif -%}
    {%- set without_letters = "regexp_replace(" ~ digits ~ ", '[eE]', '', 'g')" -%}
    cast(case
        when {{ regulars.matches(text, '^[^A-Za-z]*[(].*[)]$') }}
            then -1 * {{ regulars.try_cast(digits, type) }}
        when not {{ regulars.matches(text, '[A-DF-Za-df-z]') }}
            then {{ regulars.try_cast(digits, type) }}
        when {{ regulars.matches(text, '^([A-Z]{3} ?)?[0-9 .,+-]+( ?[A-Z]{3})?$') }}
            then {{ regulars.try_cast(without_letters, type) }}
    end as {{ regulars.type_name(type) }})
{%- endmacro %}
