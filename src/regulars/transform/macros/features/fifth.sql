{# The fifth (1 to 5) of a rank among a count, in whole-number arithmetic. #}
{% macro fifth(rank, count) -%}
    1 + cast(floor(({{ rank }} - 1) * 5 / {{ count }}) as integer)
{%- endmacro %}
