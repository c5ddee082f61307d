{#
  Contracts name portable types; here dbt gets the engine's own. Text is created with collation
  "C", so that it sorts by its bytes on every server, as on the other engines.
#}
{% macro postgres__get_empty_schema_sql(columns) -%}
    {{ return(default__get_empty_schema_sql(regulars.with_own_types(columns))) }}
{%- endmacro %}

{% macro postgres__get_table_columns_and_constraints() -%}
    {%- set columns = regulars.with_own_types(model['columns'], collation=' collate "C"') -%}
    ({{ adapter.render_raw_columns_constraints(raw_columns=columns) | join(', ') }})
{%- endmacro %}

{% macro with_own_types(columns, collation='') -%}
    {%- set own = {} -%}
    {%- for name, column in columns.items() -%}
        {%- set added = collation if column.data_type == 'varchar' else '' -%}
        {%- set type = regulars.type_name(column.data_type) ~ added -%}
        {%- do own.update({name: dict(column, data_type=type)}) -%}
    {%- endfor -%}
    {{- return(own) -}}
{%- endmacro %}


{# An increment may hold as text what the table holds as varchar: on PostgreSQL they are alike. #}
{% macro postgres__diff_column_data_types(source_columns, target_columns) -%}
    {%- set texts = [] -%}
    {%- for column in target_columns if column.is_string() -%}
        {%- do texts.append(column.name) -%}
    {%- endfor -%}
    {%- set others = [] -%}
    {%- for column in source_columns if not (column.is_string() and column.name in texts) -%}
        {%- do others.append(column) -%}
    {%- endfor -%}
    {{ return(default__diff_column_data_types(others, target_columns)) }}
{%- endmacro %}
