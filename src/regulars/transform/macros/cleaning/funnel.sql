{#
  Messages are opened, then clicked, then convert. What the funnel demands of a step of `mapped`:
  that the steps before it happened no later. Steps that the source does not have demand nothing.
#}
{% macro funnel_holds(mapping, step) -%}
    {%- set steps = ['opened_at', 'clicked_at', 'converted_at']
        | select('in', mapping.columns) | list -%}
    {%- set pairs = [] -%}
    {%- for place in range(1, steps.index(step) + 1) -%}
        {%- do pairs.append('mapped.' ~ steps[place - 1] ~ ' <= mapped.' ~ steps[place]) -%}
    {%- endfor -%}
    {{- return(pairs | join(' and ') or 'true') -}}
{%- endmacro %}


{# Steps of the funnel that have one before them. #}
{% macro funnel_steps(mapping) -%}
    {%- set steps = ['opened_at', 'clicked_at', 'converted_at']
        | select('in', mapping.columns) | list -%}
    {{- return(steps[1:]) -}}
{%- endmacro %}
