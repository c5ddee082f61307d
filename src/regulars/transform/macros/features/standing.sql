{#
  Standing among the customers of the same as-of date, and of no other. Equal values stand equal;
  a null has no standing and takes no place from others. Nor does a customer of whom nothing but an
  undated row of the customers file is known: that row may have come later than the as-of date.
#}
{% macro share_below(value) -%}
    case
        when is_peer and {{ value }} is not null
            then percent_rank() over ({{ regulars.peers(value) }})
    end
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
        when not is_peer or {{ value }} is null then null
    {%- for name in names %}
        when {{ number }} = {{ loop.index }} then '{{ name }}'
    {%- endfor %}
    end
    {%- else -%}
    case when is_peer and {{ value }} is not null then {{ number }} end
    {%- endif -%}
{%- endmacro %}


{% macro peers(value, ordered=true) -%}
    partition by as_of, case when is_peer and {{ value }} is not null then 0 else 1 end
    {%- if ordered %} order by {{ value }}{% endif %}
{%- endmacro %}
