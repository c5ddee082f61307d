{# True or false from yes/no, 1/0, true/false and any further texts for true; else null. #}
{% macro read_flag(expression, true_texts=[]) -%}
    {%- set text = regulars.lowered(regulars.trimmed(expression)) -%}
    {%- set truths = ['true', 't', 'yes', 'y', '1', '1.0'] + (true_texts | map('lower') | list) -%}
    case
        when {{ text }} in ('{{ truths | join("', '") }}') then true
        when {{ text }} in ('false', 'f', 'no', 'n', '0', '0.0') then false
        {%- if true_texts %}
        when {{ text }} <> '' then false
        {%- endif %}
    end
{%- endmacro %}
