{# The SQL of one feature of the catalogue (see features/catalogue.yaml for what each op means). #}
{% macro feature_expression(feature) -%}
    {%- if feature.op == 'ratio' -%}
    {{ regulars.ratio(feature.args[0], feature.args[1]) }}
    {%- elif feature.op == 'deviation' -%}
    {{ regulars.deviation(feature.args[0], feature.args[1], feature.args[2]) }}
    {%- elif feature.op == 'geometric' -%}
    exp({{ regulars.ratio(feature.args[0], feature.args[1]) }})
    {%- elif feature.op == 'share_below' -%}
    {{ regulars.share_below(feature) }}
    {%- elif feature.op == 'parts' -%}
    {{ regulars.equal_part(feature) }}
    {%- else -%}
    cast(
        {{ regulars.engine_sql(feature.args[0]) }} as {{ regulars.type_name(feature.data_type) }}
    )
    {%- endif -%}
{%- endmacro %}


{#
  Population standard deviation from a sum, a sum of squares and a count; null without rows. What
  the difference of two nearly equal doubles leaves (a millionth of the mean) is no deviation.
#}
{% macro deviation(total, squares, count) -%}
    {%- set double = regulars.type_name('double') -%}
    {%- set mean_squared = "(cast(" ~ total ~ " as " ~ double ~ ") / " ~ count ~ ") * (cast("
        ~ total ~ " as " ~ double ~ ") / " ~ count ~ ")" -%}
    {%- set mean_of_squares = "cast(" ~ squares ~ " as " ~ double ~ ") / " ~ count -%}
    {%- set variance = mean_of_squares ~ " - " ~ mean_squared -%}
    case
        when {{ count }} > 0 and {{ variance }} <= 1e-12 * {{ mean_squared }} then 0
        when {{ count }} > 0 then sqrt({{ variance }})
    end
{%- endmacro %}


{# A measure over all periods of a window: bands are numbered from the latest, `band` included. #}
{% macro windowed(feature) -%}
    {%- set measure = feature.measure -%}
    {%- if feature.band is none -%}
        {%- set value = feature.aggregate ~ '(' ~ measure ~ ')' -%}
    {%- else -%}
        {%- set within = 'case when band <= ' ~ feature.band ~ ' then ' ~ measure ~ ' end' -%}
        {%- set value = feature.aggregate ~ '(' ~ within ~ ')' -%}
    {%- endif -%}
    {%- if feature.aggregate == 'sum' -%}
    cast(coalesce({{ value }}, 0) as {{ regulars.type_name(feature.data_type) }})
    {%- else -%}
    cast({{ value }} as {{ regulars.type_name(feature.data_type) }})
    {%- endif -%}
{%- endmacro %}
