{# The fifth (1 to 5) of a rank among a count, in whole-number arithmetic. #}
{% macro fifth(rank, count) -%}
    {{ regulars.part_of(rank, count, 5) }}
{%- endmacro %}


{# Which of so many equal parts (1 to parts) a rank among a count falls in. #}
{% macro part_of(rank, count, parts) -%}
    1 + cast(floor(({{ rank }} - 1) * {{ parts }} / {{ count }}) as integer)
{%- endmacro %}
