{#
  SQL of the feature catalogue in the engine's words: there, `iso_weekday(column)` is the day of the
  week and `any_bits(...)` around a whole expression the bits set in any row.
#}
{% macro engine_sql(sql) -%}
    {%- set found = namespace(sql=sql | string) -%}
    {%- for call, column in modules.re.findall('(\\biso_weekday[(](\\w+)[)])', found.sql) -%}
        {%- set found.sql = found.sql | replace(call, regulars.weekday(column)) -%}
    {%- endfor -%}
    {%- set bits = modules.re.fullmatch('any_bits[(](.*)[)]', found.sql) -%}
    {{- return(regulars.bit_or(bits[1]) if bits else found.sql) -}}
{%- endmacro %}
