{#
  Why a row cannot be used, or null. First what is missing or cannot be read, then what cannot
  be, then the rules of the project file, in its order. A row that deletes needs only its key.
#}
{% macro rejection(mapping, columns, attributes=[]) -%}
    case
    {%- for column in columns if column.needed and column.is_key %}
        when {{ column.name }} is null then '{{ column.name }} is missing'
    {%- endfor %}
    {%- if mapping.deleted %}
        when is_deleted then null
    {%- endif %}
    {%- for column in columns if column.needed %}
        when {{ column.name }} is null and not {{ column.name }}_is_given
            then '{{ column.name }} is missing'
        when {{ column.name }} is null then '{{ column.name }} cannot be read'
    {%- endfor %}
    {%- for column in columns if column.name in ['occurred_at', 'joined_at', 'observed_at'] %}
        {%- if column.name in mapping.columns %}
        when {{ column.name }} >= run_started_at + interval '1' day
            then '{{ column.name }} is in the future'
        when {{ column.name }} < cast('1900-01-01' as timestamp)
            then '{{ column.name }} is before 1900'
        {%- endif %}
    {%- endfor %}
    {%- if 'left_at' in mapping.columns and 'joined_at' in mapping.columns %}
        when left_at < joined_at then 'left_at is before joined_at'
    {%- endif %}
    {%- if 'currency' in mapping.columns %}
        when upper(currency) <> '{{ var("currency") }}'
            then 'currency is not the reporting currency {{ var("currency") }}'
    {%- endif %}
    {%- for column in columns + attributes if not column.uncapped %}
        {%- set rules = (mapping.columns.get(column.name) or column).rules or {} %}
        {{- regulars.out_of_range(column.name, rules) }}
    {%- endfor %}
    {%- if mapping.funnel == 'reject' %}
        {%- for step in regulars.funnel_steps(mapping) %}
        when
            mapped.{{ step }} is not null
            and ({{ regulars.funnel_holds(mapping, step) }}) is not true
            then '{{ step }} is not in the order of the funnel'
        {%- endfor %}
    {%- endif %}
    {%- for rule in mapping.reject %}
        when {{ rule.when }} then '{{ rule.because | replace("'", "''") }}'
    {%- endfor %}
    end
{%- endmacro %}


{# Bounds of the project file that a value must keep. #}
{% macro out_of_range(name, rules) -%}
    {%- if rules.least is not none and rules.least is defined %}
        when mapped.{{ name }} < {{ rules.least }} then '{{ name }} is below {{ rules.least }}'
    {%- endif %}
    {%- if rules.most is not none and rules.most is defined %}
        when mapped.{{ name }} > {{ rules.most }} then '{{ name }} is above {{ rules.most }}'
    {%- endif %}
    {%- if rules.not_before %}
        when mapped.{{ name }} < cast('{{ rules.not_before }}' as timestamp)
            then '{{ name }} is before {{ rules.not_before }}'
    {%- endif %}
{%- endmacro %}
