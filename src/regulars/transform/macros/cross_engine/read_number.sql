{#
  A number from text such as '$1,234.50 ', '$(12.00)', '1.234,5-', '-R$ 5' or "CHF 1'234.50"; null
  where it is none. Words around it are signs and codes of currencies only; spaces that never break
  a line are spaces.
#}
{% macro read_number(expression, decimal_mark='.', type='decimal(18, 4)') -%}
    {{ return(adapter.dispatch('read_number', 'regulars')(expression, decimal_mark, type)) }}
{%- endmacro %}

{% macro default__read_number(expression, decimal_mark, type) -%}
    {%- set plain = regulars.plain_number_pattern(decimal_mark) -%}
    {%- set with_point = expression if decimal_mark == '.'
        else "replace(" ~ expression ~ ", '" ~ decimal_mark ~ "', '.')" -%}
    {%- set signs = '\u00a0\u2007\u2009\u202f\u2212' -%}
    {%- set text = "translate(" ~ regulars.trimmed(expression) ~ ", '" ~ signs ~ "', '    -')" -%}
    {%- set currency = regulars.currency_pattern() -%}
    {%- set amount = "[0-9 .,''’+-]+" -%}
    {%- set bare = regulars.replaced(text, currency, '') -%}
    {%- set digits = regulars.digits_of(bare, decimal_mark) -%}
    cast(case
        when {{ regulars.matches(expression, plain) }}
            then {{ regulars.plain_number(with_point, type) }}
        when {{ regulars.matches(text, '-( ?' ~ currency ~ ')?$') }} then
            {{ regulars.try_cast(regulars.replaced(digits, '^[+-]?(.*)-$', '-\\1'), type) }}
        when {{ regulars.matches(
            text, '^(?:' ~ currency ~ ' ?|[^A-Za-z]*)[(].*[)]( ?' ~ currency ~ ')?$'
        ) }}
            then -1 * {{ regulars.try_cast(digits, type) }}
        when not {{ regulars.matches(text, '[A-DF-Za-df-z]') }}
            then {{ regulars.try_cast(regulars.digits_of(text, decimal_mark), type) }}
        when {{ regulars.matches(
            text, '^[+-]? ?' ~ currency ~ '? ?' ~ amount ~ '( ?' ~ currency ~ ')?$'
        ) }}
            then {{ regulars.try_cast(digits, type) }}
    end as {{ regulars.type_name(type) }})
{%- endmacro %}

{#
  How nearly all numbers are written. Patterns for currencies cost many times as much, so these are
  found first; they fit into every type.
#}
{% macro plain_number_pattern(decimal_mark) -%}
    {{- return('^-?[0-9]{1,13}([' ~ decimal_mark ~ '][0-9]{1,9})?$') -}}
{%- endmacro %}

{# A text of that pattern as a number. #}
{% macro plain_number(text, type) -%}
    {{ return(adapter.dispatch('plain_number', 'regulars')(text, type)) }}
{%- endmacro %}

{% macro default__plain_number(text, type) -%}
    {{ regulars.try_cast(text, type) }}
{%- endmacro %}

{% macro postgres__plain_number(text, type) -%}
    cast(cast({{ text }} as numeric) as {{ regulars.type_name(type) }})
{%- endmacro %}

{# The digits of a text with its signs, its exponent and a point for its decimal mark. #}
{% macro digits_of(text, decimal_mark) -%}
    {%- set digits = regulars.replaced(text, '[^0-9eE' ~ decimal_mark ~ '+-]', '') -%}
    {%- if decimal_mark != '.' -%}
        {%- set digits = "replace(" ~ digits ~ ", '" ~ decimal_mark ~ "', '.')" -%}
    {%- endif -%}
    {{- return(digits) -}}
{%- endmacro %}

{# A currency as people write it at an amount. #}
{% macro currency_pattern() -%}
    {{- return(
        '(?:[A-Z]{3}|[A-Z]{0,2}[$€£¥₹₽₩₴₪₫₺฿₱₦]|[kK][rR][.]?|zł|Kč|Ft|lei|TL|R[ps][.]?|RM|'
        ~ 'руб[.]?|р[.]|грн[.]?|лв[.]?|원|元|円)'
    ) -}}
{%- endmacro %}
