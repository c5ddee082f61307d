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
{% for level in levels -%}
{%- set of_level = derived | selectattr('level', 'equalto', level) | list -%}
{%- set before = 'joined' if loop.first else 'derived_' ~ levels[loop.index0 - 1] -%}
{%- set ranked = regulars.is_ranked(of_level[0]) -%}
{#- A sort carries all columns of its rows along: only those that are ranked take part in it. -#}
{%- if ranked -%}
{%- set values = of_level | map(attribute='args') | map('first') | unique | list -%}
ranked_{{ level }} as (

    select
        customer_id,
        as_of,
        is_peer
    {%- for value in values %},
        {{ value }} as value_{{ loop.index }}
    {%- endfor %}
    from {{ before }}

),

standings_{{ level }} as (

    select
        customer_id,
        as_of
    {%- for feature in of_level %},
        {%- set value = 'value_' ~ (values.index(feature.args[0]) + 1) %}
        {{ regulars.feature_expression(dict(feature, args=[value] + feature.args[1:])) }}
            as {{ feature.name }}
    {%- endfor %}
    from ranked_{{ level }}

),

{% endif -%}
derived_{{ level }} as (

    select
        {{ before ~ '.*' if ranked else '*' }}
    {%- for feature in of_level %},
        {{ 'standings_' ~ level ~ '.' ~ feature.name if ranked
            else regulars.feature_expression(feature) ~ ' as ' ~ feature.name }}
    {%- endfor %}
    from {{ before }}
    {%- if ranked %}
    inner join standings_{{ level }}
        on
            {{ before }}.customer_id = standings_{{ level }}.customer_id
            and {{ before }}.as_of = standings_{{ level }}.as_of
    {%- endif %}

),

{% endfor -%}
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
