{#
  Standing among the customers of the same as-of date, and of no other. Equal values stand equal;
  a null has no standing and takes no place from others. Nor does a customer of whom nothing but an
  undated row of the customers file is known: that row may have come later than the as-of date.
#}
{% macro share_below(feature) -%}
    {%- set value = feature.args[0] -%}
    case
        when is_peer and {{ value }} is not null
            then {{ regulars.share_of_release(feature) if var('scoring', false)
                else 'percent_rank() over (' ~ regulars.peers(value) ~ ')' }}
    end
{%- endmacro %}


{#
  Scoring posted customers: the standing among the population of the release, by functions that
  know its values (`peers_below_<feature>`, `peers_of_<feature>`), and 1 above all of them.
#}
{% macro share_of_release(feature) -%}
    {%- set double = regulars.type_name('double') -%}
    {%- set below = 'peers_below_' ~ feature.name ~ '(' ~ feature.args[0] ~ ')' -%}
    {%- set others = 'nullif(peers_of_' ~ feature.name ~ '() - 1, 0)' -%}
    least(coalesce(cast({{ below }} as {{ double }}) / {{ others }}, 0), 1)
{%- endmacro %}


{# The equal part (1 for the smallest values) as a number, or its name where parts have names. #}
{% macro equal_part(feature) -%}
    {%- set value = feature.args[0] -%}
    {%- set count = feature.args[1] | int -%}
    {%- set names = feature.args[2:] -%}
    {%- if var('scoring', false) -%}
        {%- set place = '(peers_below_' ~ feature.name ~ '(' ~ value ~ ') + 1)' -%}
        {%- set among = 'peers_of_' ~ feature.name ~ '()' -%}
        {%- set number = 'least(' ~ regulars.part_of(place, among, count) ~ ', ' ~ count ~ ')' -%}
    {%- else -%}
        {%- set place = 'rank() over (' ~ regulars.peers(value) ~ ')' -%}
        {%- set among = 'count(*) over (' ~ regulars.peers(value, ordered=false) ~ ')' -%}
        {%- set number = regulars.part_of(place, among, count) -%}
    {%- endif -%}
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


{# Whether a feature needs the rows of all customers: posted ones are compared with the release. #}
{% macro is_ranked(feature) -%}
    {{- return(feature.op in ['share_below', 'parts'] and not var('scoring', false)) -}}
{%- endmacro %}
