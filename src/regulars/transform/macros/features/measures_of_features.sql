{# The measures of the rollup that features are made of; others stay out of the windows. #}
{% macro measures_of_features() -%}
    {%- set days = ['last_sale_on', 'first_sale_on', 'last_contact_on'] -%}
    {%- set wanted = var('features', []) | map(attribute='measure') | list + days -%}
    {{ return(var('measures') | selectattr('name', 'in', wanted) | list) }}
{%- endmacro %}


{# Whether some rows became known at another time than they happened. #}
{% macro known_apart() -%}
    {%- set found = [] -%}
    {%- for mapping in var('entities').values() if 'known_at' in mapping.columns -%}
        {%- do found.append(true) -%}
    {%- endfor -%}
    {{ return(found | length > 0) }}
{%- endmacro %}
