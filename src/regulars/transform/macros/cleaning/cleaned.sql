{#
  One mapped column: read, then brought into the shape that the project file asks for. Each rule
  looks at this one value: the case of a text, the one text for its variants, a constant where
  nothing was delivered (a value that cannot be read stays empty and is named in `unreadable`).
#}
{% macro cleaned(column, type) -%}
    {%- set shaped = regulars.shaped(column, type) -%}
    {%- if column.rules and column.rules.default is not none -%}
    case
        when {{ regulars.is_given(column) }} then {{ shaped }}
        else cast({{ column.rules.default }} as {{ regulars.sql_type(type) }})
    end
    {%- else -%}
    {{ shaped }}
    {%- endif -%}
{%- endmacro %}


{# The value as read, with the one text for its variants. #}
{% macro shaped(column, type) -%}
    {%- set read = regulars.read_column(column, type) -%}
    {%- set rules = column.rules or {} -%}
    {%- set cased = read -%}
    {%- if rules.case -%}
        {%- set cased = {
            'upper': regulars.raised, 'lower': regulars.lowered, 'title': regulars.titled,
        }[rules.case](read) -%}
    {%- endif -%}
    {%- if rules.texts -%}
    case
        when {{ read }} is null then null
        {%- for delivered, text in rules.texts %}
        when {{ regulars.lowered(read) }} = {{ delivered }} then {{ text }}
        {%- endfor %}
        else {{ rules.others if rules.others is not none else cased }}
    end
    {%- else -%}
    {{ cased }}
    {%- endif -%}
{%- endmacro %}


{# Whether a mapped column has a rule that changes texts. #}
{% macro has_shape(column) -%}
    {%- set rules = column.rules or {} -%}
    {{- return(true if rules.texts or rules.case else false) -}}
{%- endmacro %}


{# Whether a mapped column has a constant for what is not delivered. #}
{% macro has_default(column) -%}
    {{- return(true if column.rules and column.rules.default is not none else false) -}}
{%- endmacro %}
