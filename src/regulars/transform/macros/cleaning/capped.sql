{#
  A value of `mapped` within the bounds of the project file. Rejections judge what was delivered;
  the column that keeps it beside a capped one is named <name>_uncapped.
#}
{% macro capped(column) -%}
    {%- set value = 'mapped.' ~ (column.uncapped or column.name) -%}
    {%- if column.cap -%}
    cast(case
    {%- if column.cap.least is not none %}
        when {{ value }} < {{ column.cap.least }} then {{ column.cap.least }}
    {%- endif %}
    {%- if column.cap.most is not none %}
        when {{ value }} > {{ column.cap.most }} then {{ column.cap.most }}
    {%- endif %}
        else {{ value }}
    end as {{ regulars.sql_type(column.type) }})
    {%- else -%}
    {{ value }}
    {%- endif -%}
{%- endmacro %}


{# Whether the project file bounds this column of an entity. #}
{% macro is_capped(entity, column) -%}
    {%- set bounded = var('canonical', {}).get(entity, []) | selectattr('cap') | list -%}
    {{- return(column in (bounded | map(attribute='name') | list)) -}}
{%- endmacro %}


{# The column that holds what was delivered: the one beside a capped column, or itself. #}
{% macro delivered(entity, column) -%}
    {{- column ~ '_uncapped' if regulars.is_capped(entity, column) else column -}}
{%- endmacro %}


{# Whether the delivered value of a capped column lies beyond its bounds. #}
{% macro is_out_of_cap(column) -%}
    {%- set beyond = [] -%}
    {%- if column.cap.least is not none -%}
        {%- do beyond.append('mapped.' ~ column.name ~ ' < ' ~ column.cap.least) -%}
    {%- endif -%}
    {%- if column.cap.most is not none -%}
        {%- do beyond.append('mapped.' ~ column.name ~ ' > ' ~ column.cap.most) -%}
    {%- endif -%}
    {{- return(beyond | join(' or ')) -}}
{%- endmacro %}
