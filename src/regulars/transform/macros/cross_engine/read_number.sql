{# A number from text such as '$1,234.50 ', '(12.00)' or '1.234,5'; null where it is none. #}
{% macro read_number(expression, decimal_mark='.', type='decimal(18, 4)') -%}
    {{ return(adapter.dispatch('read_number', 'regulars')(expression, decimal_mark, type)) }}
{%- endmacro %}

{% macro default__read_number(expression, decimal_mark, type) -%}
    {%- set kept = "[^0-9eE" ~ decimal_mark ~ "+-]" -%}
    {%- set text = "trim(cast(" ~ expression ~ " as varchar))" -%}
    {%- set digits = "regexp_replace(" ~ text ~ ", '" ~ kept ~ "', '', 'g')" -%}
    {%- if decimal_mark != '.' -%}
        {%- set digits = "replace(" ~ digits ~ ", '" ~ decimal_mark ~ "', '.')" -%}
    {%- endif -%}
    case
        when regexp_matches({{ text }}, '^[^A-Za-z]*\(.*\)$') then -1 * try_cast({{ digits }} as {{ type }})
        when not regexp_matches({{ text }}, '[A-DF-Za-df-z]') then try_cast({{ digits }} as {{ type }})
        when regexp_matches({{ text }}, '^([A-Z]{3} ?)?[0-9 .,+-]+( ?[A-Z]{3})?$') then try_cast(
            regexp_replace({{ digits }}, '[eE]', '', 'g') as {{ type }}
        )
    end
{%- endmacro %}
