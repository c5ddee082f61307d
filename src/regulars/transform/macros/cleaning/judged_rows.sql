{#
  Every delivered row of an entity, typed, with the reason for which it cannot be used
  (`rejected_because`, null for a good row) and the names of optional values that could not be
  read (`unreadable`), or that a rule changed (`mended`). No rule here looks at another row. Without a mapping: no rows, same shape.
#}
{% macro judged_rows(entity) -%}
    {%- set columns = var('canonical', {}).get(entity, []) -%}
    {%- set attributes = var('attributes') if entity == 'customers' else [] -%}
    {%- set mapping = var('entities').get(entity) -%}
    {%- if mapping -%}
    {{ regulars.judged_mapped_rows(mapping, columns, attributes) }}
    {%- else -%}
    {{ regulars.no_rows(columns, attributes) }}
    {%- endif -%}
{%- endmacro %}


{% macro no_rows(columns, attributes) -%}
with

nothing as (

    select
    {%- for column in columns + attributes %}
        cast(null as {{ regulars.sql_type(column.type) }}) as {{ column.name }},
    {%- endfor %}
        cast(null as varchar) as source_name,
        cast(null as varchar) as batch_id,
        cast(null as varchar) as file_name,
        cast(null as bigint) as row_number,
        cast(null as timestamp) as landed_at,
        cast(null as boolean) as is_deleted,
        cast(null as varchar) as unreadable,
        cast(null as varchar) as mended,
        cast(null as varchar) as rejected_because
    where 1 = 0

)

select * from nothing
{%- endmacro %}


{% macro judged_mapped_rows(mapping, columns, attributes) -%}
{%- set canonical_names = (columns + attributes) | map(attribute='name') | list -%}
{#- A raw column named like one of these would hide it: rules of the project cannot use it. -#}
{%- set lineage = [
    'source_name', 'batch_id', 'file_name', 'row_number', 'landed_at', 'is_deleted',
] -%}
{%- set optional = [] -%}
with

run_context as (

    select * from {{ source('ops', 'run_context') }}

),

delivered as (

    select
    {%- for raw in mapping.raw_columns %}
        {% if raw.type -%}
        {{ regulars.read_column(raw, raw.type) }} as {{ raw.quoted }},
        {%- else -%}
        {{ raw.quoted }},
        {%- endif -%}
    {%- endfor %}
        _batch_id,
        _file,
        _row_number,
        _landed_at
    from {{ source('bronze', mapping.source) }}
    {%- if mapping.current_only %}
    where _batch_id in (
        select batch_id from {{ source('ops', 'batches') }} where is_current
    )
    {%- endif %}
    {{ regulars.compute_once() }}

),

mapped as (

    select
    {%- for column in columns if not column.uncapped %}
        {%- set mapped_column = mapping.columns.get(column.name) %}
        {% if mapped_column -%}
        {{ regulars.cleaned(mapped_column, column.type) }} as {{ column.name }},
        {{ regulars.is_given(mapped_column) }} as {{ column.name }}_is_given,
        {%- if regulars.has_shape(mapped_column) %}
        {{ regulars.read_column(mapped_column, column.type) }}
        <> {{ regulars.shaped(mapped_column, column.type) }}
            as {{ column.name }}_is_reshaped,
        {%- endif %}
        {%- if not column.needed and column.type != 'text' -%}
            {%- do optional.append(column.name) -%}
        {%- endif -%}
        {%- else -%}
        cast(null as {{ regulars.sql_type(column.type) }}) as {{ column.name }},
        {%- endif -%}
    {%- endfor %}
    {%- for attribute in attributes %}
        {{ regulars.cleaned(attribute, attribute.type) }} as {{ attribute.name }},
        {%- if attribute.type not in ['text', 'category'] or regulars.has_default(attribute) %}
        {{ regulars.is_given(attribute) }} as {{ attribute.name }}_is_given,
        {%- endif -%}
        {%- if attribute.type not in ['text', 'category'] -%}
        {%- do optional.append(attribute.name) -%}
        {%- endif -%}
        {%- if regulars.has_shape(attribute) %}
        {{ regulars.read_column(attribute, attribute.type) }}
        <> {{ regulars.shaped(attribute, attribute.type) }}
            as {{ attribute.name }}_is_reshaped,
        {%- endif %}
    {%- endfor %}
    {%- for raw in mapping.raw_columns if raw.name not in canonical_names + lineage %}
        {{ raw.quoted }},
    {%- endfor %}
        '{{ mapping.source }}' as source_name,
        _batch_id as batch_id,
        _file as file_name,
        _row_number as row_number,
        _landed_at as landed_at,
        {% if mapping.deleted -%}
        coalesce({{ regulars.read_column(mapping.deleted, 'flag') }}, false)
        {%- else -%}
        false
        {%- endif %} as is_deleted
    from delivered
    {%- if mapping.where %}
    where {{ mapping.where }}
    {%- endif %}
    {{ regulars.compute_once() }}

),

judged as (

    select
    {%- for column in columns + attributes %}
        {{ regulars.settled(mapping, column) }} as {{ column.name }},
    {%- endfor %}
        mapped.source_name,
        mapped.batch_id,
        mapped.file_name,
        mapped.row_number,
        mapped.landed_at,
        mapped.is_deleted,
        {% if optional -%}
        nullif(
            {%- for name in optional %}
            case when {{ name }} is null and {{ name }}_is_given then '{{ name }} ' else '' end
            {{- ' || ' if not loop.last }}
            {%- endfor %},
            ''
        )
        {%- else -%}
        cast(null as varchar)
        {%- endif %} as unreadable,
        {{ regulars.mended(mapping, columns, attributes) }} as mended,
        {{ regulars.rejection(mapping, columns, attributes) }} as rejected_because
    from mapped
    cross join run_context

)

select * from judged
{%- endmacro %}
