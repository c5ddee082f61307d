{# Net spend of the last 12 months; null where the project has no transactions. #}
{% macro past_value() -%}
    {%- if var('past_value_column', none) -%}
        cast({{ var('past_value_column', none) }} as {{ regulars.type_name('double') }})
    {%- else -%}
        cast(null as {{ regulars.type_name('double') }})
    {%- endif -%}
{%- endmacro %}


{# Where each part of the value of a customer who stays is read in customer_scored. #}
{% macro value_part(part) -%}
    {%- if part.table == 'customer_value' -%} predicted_values.value_if_stays
    {%- elif part.table == 'customer_features' -%} present.past_value
    {%- else -%}
    cast(customers.{{ regulars.quoted(part.column) }} as {{ regulars.type_name('double') }})
    {%- endif -%}
{%- endmacro %}


{# What a customer brings who stays: as scored, else the best that is known of who is not scored. #}
{% macro value_if_stays() -%}
    coalesce(
        predictions.value_if_stays
        {%- for part in var('value_parts', []) %},
        case
            when {{ regulars.value_part(part) }} < 0 then 0
            else {{ regulars.value_part(part) }}
        end
        {%- else %},
        cast(null as {{ regulars.type_name('double') }})
        {%- endfor %}
    )
{%- endmacro %}


{# What value_if_stays rests on: predicted, past or delivered. #}
{% macro value_basis() -%}
    case
        when predictions.value_basis is not null then predictions.value_basis
        {%- for part in var('value_parts', []) %}
        when {{ regulars.value_part(part) }} is not null then '{{ part.basis }}'
        {%- endfor %}
    end
{%- endmacro %}
