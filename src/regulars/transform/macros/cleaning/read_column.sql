{#
  One mapped column, read as a canonical type. `column.typed` tells what the raw column already
  is (text, number, timestamp, timestamptz, flag), or 'any' for an SQL expression.
  A value that cannot be read becomes null; the row says so in `unreadable`.
#}
{% macro read_column(column, type) -%}
    {%- if column.parts -%}
    {{ regulars.date_of_parts(column.parts.year, column.parts.month, column.parts.day) }}
    {%- elif type in ['text', 'category'] and column.typed == 'number' -%}
    {#- Keys that a file holds as floating point: 17850.0 is the customer 17850. -#}
    regexp_replace({{ regulars.read_text(column.sql) }}, '\.0$', '')
    {%- elif type in ['text', 'category'] -%}
    {{ regulars.read_text(column.sql) }}
    {%- elif type == 'flag' -%}
    {%- if column.typed == 'flag' -%} {{ column.sql }}
    {%- else -%} {{ regulars.read_flag(column.sql, column.true or []) }}
    {%- endif -%}
    {%- elif type in ['timestamp', 'date'] -%}
    {%- if column.typed == 'timestamptz' -%} {{ regulars.local_timestamp(column.sql) }}
    {%- elif column.typed == 'text' or column.format -%}
    {{ regulars.read_timestamp(column.sql, column.format or []) }}
    {%- else -%} {{ regulars.try_cast(column.sql, 'timestamp') }}
    {%- endif -%}
    {%- elif column.typed == 'text' -%}
    {{ regulars.read_number(column.sql, column.decimal or '.', regulars.sql_type(type)) }}
    {%- else -%}
    {{ regulars.try_cast(column.sql, regulars.sql_type(type)) }}
    {%- endif -%}
{%- endmacro %}
