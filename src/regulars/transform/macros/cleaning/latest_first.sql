{#
  The order of rows of one key, the latest first: by the place of their files among all files, then
  by the delivery. When a row landed does not count: the same files give the same tables.
#}
{% macro latest_first(rows) -%}
    coalesce(file_order.place, 0) desc,
    coalesce(file_order.version, 0) desc,
    {{ rows }}.row_number desc
{%- endmacro %}
