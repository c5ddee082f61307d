{# The measures of the rollup that features are made of; others stay out of the windows. #}
{% macro measures_of_features() -%}
    {%- set days = ['last_sale_on', 'first_sale_on', 'last_contact_on'] -%}
    {%- set wanted = var('features', []) | map(attribute='measure') | list + days -%}
    {{ return(var('measures') | selectattr('name', 'in', wanted) | list) }}
{%- endmacro %}


{#
  A measure of several periods as one, in its own type: a sum of 64 bits has 128, and adding those
  up again costs twice as much. What does not fit stops the build.
#}
{% macro combined(measure, column) -%}
    {%- set value = regulars.bit_or(column) if measure.combine == 'bit_or'
        else measure.combine ~ '(' ~ column ~ ')' -%}
    {%- set type = regulars.type_name(measure.data_type) -%}
    {{ 'cast(' ~ value ~ ' as ' ~ type ~ ')' if measure.combine == 'sum' else value }}
{%- endmacro %}


{# Whether some rows became known at another time than they happened. #}
{% macro known_apart() -%}
    {%- set found = [] -%}
    {%- for mapping in var('entities').values() if 'known_at' in mapping.columns -%}
        {%- do found.append(true) -%}
    {%- endfor -%}
    {{ return(found | length > 0) }}
{%- endmacro %}
