{%- set attributes = var('attributes') -%}

with

compared as (

    select * from {{ ref('int_customers_compared') }}

),

changed as (

    select * from compared
    where previous_hash is null or previous_hash <> tracked_hash

),

dated as (

    select
        *,
        row_number() over (partition by customer_id order by version_from) as version_number,
        lead(version_from) over (partition by customer_id order by version_from) as next_from
    from changed

),

latest as (

    select * from compared
    where from_latest = 1 and not is_deleted

),

versions as (

    select
        dated.customer_id,
        case
            when dated.version_number = 1 then cast('1900-01-01' as timestamp)
            else dated.version_from
        end as valid_from,
        coalesce(dated.next_from, cast('9999-12-31' as timestamp)) as valid_to,
        dated.next_from is null as is_current,
        false as is_inferred,
        latest.joined_at,
        latest.left_at,
        latest.consent
        {%- for attribute in attributes %},
        {%- set version = 'dated' if attribute.history == 'track' else 'latest' %}
        {{ version }}.{{ regulars.quoted(attribute.name) }}
        {%- endfor %}
    from dated
    inner join latest
        on dated.customer_id = latest.customer_id
    where not dated.is_deleted

),

seen as (

    select * from {{ ref('int_customers_seen') }}

),

inferred as (

    select
        seen.customer_id,
        cast('1900-01-01' as timestamp) as valid_from,
        cast('9999-12-31' as timestamp) as valid_to,
        true as is_current,
        true as is_inferred,
        cast(null as timestamp) as joined_at,
        cast(null as timestamp) as left_at,
        cast(null as boolean) as consent
        {%- for attribute in attributes %},
        cast(null as {{ regulars.type_name(attribute.data_type) }})
            as {{ regulars.quoted(attribute.name) }}
        {%- endfor %}
    from seen
    left join latest
        on seen.customer_id = latest.customer_id
    where latest.customer_id is null

),

gathered as (

    select * from versions
    union all
    select * from inferred

),

keyed as (

    select
        {{ regulars.hashed(['customer_id', 'valid_from']) }} as customer_key,
        *
    from gathered

)

select * from keyed
