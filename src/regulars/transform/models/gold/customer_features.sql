{%- set features = var('features') -%}
{%- set attributes = var('attributes') | selectattr('feature') | list -%}
{%- set derived = features | selectattr('level', 'gt', 0) | list -%}
{%- set levels = derived | map(attribute='level') | unique | sort | list -%}
{%- set days = ['last_sale_on', 'first_sale_on', 'last_contact_on'] -%}

with

bands as (

    select * from {{ ref('int_customer_bands') }}

),

summed as (

    select
        customer_id,
        as_of
    {%- for day in days %},
        {{ 'min' if day.startswith('first') else 'max' }}({{ day }}) as {{ day }}
    {%- endfor %}
    {%- for feature in features if feature.op == 'aggregate' %},
        {{ regulars.windowed(feature) }} as {{ feature.name }}
    {%- endfor %}
    from bands
    group by customer_id, as_of

),

present as (

    select * from {{ ref('int_customers_present') }}

),

joined as (

    select
        present.customer_id,
        present.as_of,
        present.joined_at,
        summed.customer_id is not null or present.joined_at is not null as is_peer
    {%- for day in days %},
        summed.{{ day }}
    {%- endfor %}
    {%- for feature in features if feature.op == 'aggregate' %},
        {% if feature.aggregate == 'sum' -%}
        coalesce(summed.{{ feature.name }}, 0)
        {%- else -%}
        summed.{{ feature.name }}
        {%- endif %} as {{ feature.name }}
    {%- endfor %}
    {%- for feature in features if feature.op == 'days_since' %},
        {%- set day = 'summed.' ~ feature.args[0] %}
        {{ regulars.days_between(day, 'present.as_of') }} as {{ feature.name }}
    {%- endfor %}
    {%- for feature in features if feature.op == 'tenure' %},
        {{ regulars.days_between(
            'coalesce(present.joined_at, cast(summed.first_sale_on as timestamp))', 'present.as_of'
        ) }} as {{ feature.name }}
    {%- endfor %}
    {%- for attribute in attributes %},
        present.{{ regulars.quoted(attribute.name) }}
    {%- endfor %}
    from present
    left join summed
        on
            present.customer_id = summed.customer_id
            and present.as_of = summed.as_of
    {#- Before the first known row nobody knew that the customer was there, unless a date says so. #}
    where summed.customer_id is not null or present.is_known

),
{% for level in levels %}
derived_{{ level }} as (

    select
        *
    {%- for feature in derived if feature.level == level %},
        {{ regulars.feature_expression(feature) }} as {{ feature.name }}
    {%- endfor %}
    from {{ 'joined' if loop.first else 'derived_' ~ levels[loop.index0 - 1] }}

),
{% endfor %}
final as (

    select
        customer_id,
        as_of
    {%- for feature in features %},
        {{ feature.name }}
    {%- endfor %}
    {%- for attribute in attributes %},
        {{ regulars.quoted(attribute.name) }}
    {%- endfor %}
    from {{ 'derived_' ~ levels[-1] if levels else 'joined' }}

)

select * from final
