{# The name of the first rule that fits, over scores or features of one customer and date. #}
{% macro segment_name() -%}
    case
    {%- for rule in var('segments').rules %}
        when {{ rule.when }} then '{{ rule.name | replace("'", "''") }}'
    {%- endfor %}
        else '{{ (var("segments").otherwise or "Other") | replace("'", "''") }}'
    end
{%- endmacro %}
