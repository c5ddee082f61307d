{#
  Standing among the customers of the same as-of date, and of no other. Equal values stand equal;
  a null has no standing and takes no place from others.
#}
{% macro share_below(value) -%}
    case when {{ value }} is not null then percent_rank() over ({{ regulars.peers(value) }}) end
{%- endmacro %}


{# The equal part (1 for the smallest values) as a number, or its name where parts have names. #}
{% macro equal_part(feature) -%}
    {%- set value = feature.args[0] -%}
    {%- set count = feature.args[1] | int -%}
    {%- set names = feature.args[2:] -%}
    {%- set number -%}
    {{ regulars.part_of(
        'rank() over (' ~ regulars.peers(value) ~ ')',
        'count(*) over (' ~ regulars.peers(value, ordered=false) ~ ')',
        count
    ) }}
    {%- endset -%}
    {%- if names -%}
    case
        when {{ value }} is null then null
    {%- for name in names %}
        when {{ number }} = {{ loop.index }} then '{{ name }}'
    {%- endfor %}
    end
    {%- else -%}
    case when {{ value }} is not null then {{ number }} end
    {%- endif -%}
{%- endmacro %}


{% macro peers(value, ordered=true) -%}
    partition by as_of, case when {{ value }} is null then 1 else 0 end
    {%- if ordered %} order by {{ value }}{% endif %}
{%- endmacro %}
