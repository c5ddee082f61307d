{#
  True or false from yes/no, 1/0, true/false and the project's own texts, which come first; else null.
  With texts for true alone, every other text is false; with texts for false too, it is unknown.
#}
{% macro read_flag(expression, true_texts=[], false_texts=[]) -%}
    {%- set text = regulars.lowered(regulars.trimmed(expression)) -%}
    {%- set own_true = true_texts | map('lower') | map('replace', "'", "''") | list -%}
    {%- set own_false = false_texts | map('lower') | map('replace', "'", "''") | list -%}
    {%- set truths = ['true', 't', 'yes', 'y', '1', '1.0'] | reject('in', own_false) | list -%}
    {%- set falses = ['false', 'f', 'no', 'n', '0', '0.0'] | reject('in', own_true) | list -%}
    case
        when {{ text }} in ('{{ (truths + own_true) | join("', '") }}') then true
        when {{ text }} in ('{{ (falses + own_false) | join("', '") }}') then false
        {%- if true_texts and not false_texts %}
        when {{ text }} <> '' then false
        {%- endif %}
    end
{%- endmacro %}
