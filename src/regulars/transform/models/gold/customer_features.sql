{%- set features = var('features') -%}
{%- set attributes = var('attributes') | selectattr('feature') | list -%}
{%- set derived = features | selectattr('level', 'gt', 0) | list -%}
{%- set levels = derived | map(attribute='level') | unique | sort | list -%}
{%- set days = ['last_sale_on', 'first_sale_on', 'last_contact_on'] -%}

with

cutoffs as (

    select as_of from {{ source('ops', 'cutoffs') }}
    group by as_of

),

bands as (

    select * from {{ ref('int_customer_bands') }}

),

customers as (

    select * from {{ ref('dim_customer') }}

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

{# A customer exists at an as-of date by a row known before it, or by having joined before it. -#}
present as (

    select
        customers.customer_id,
        cutoffs.as_of,
        customers.joined_at
    {%- for attribute in attributes %},
        customers.{{ attribute.name }}
    {%- endfor %}
    from cutoffs
    inner join customers
        on
            cutoffs.as_of > customers.valid_from
            and cutoffs.as_of <= customers.valid_to
            and (customers.joined_at is null or customers.joined_at < cutoffs.as_of)

),

joined as (

    select
        present.customer_id,
        present.as_of,
        present.joined_at
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
        {{ regulars.days_between('summed.' ~ feature.args[0], 'present.as_of') }} as {{ feature.name }}
    {%- endfor %}
    {%- for feature in features if feature.op == 'tenure' %},
        {{ regulars.days_between(
            'coalesce(present.joined_at, cast(summed.first_sale_on as timestamp))', 'present.as_of'
        ) }} as {{ feature.name }}
    {%- endfor %}
    {%- for attribute in attributes %},
        present.{{ attribute.name }}
    {%- endfor %}
    from present
    left join summed
        on
            present.customer_id = summed.customer_id
            and present.as_of = summed.as_of
    where
        summed.customer_id is not null
        or present.joined_at is not null
        or {{ 'true' if 'joined_at' not in (var('entities').get('customers') or {}).get('columns', {}) and 'customers' in var('entities') else 'false' }}

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
        {{ attribute.name }}
    {%- endfor %}
    from {{ 'derived_' ~ levels[-1] if levels else 'joined' }}

)

select * from final
