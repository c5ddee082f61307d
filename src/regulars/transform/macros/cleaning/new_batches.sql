{#
  The deliveries that an incremental build takes in, as literals: an engine skips the blocks of a
  big table by comparing with a constant, and reads all of them for a sub-query.
#}
{% macro new_batches() -%}
    {%- set found = [] -%}
    {%- if execute -%}
        {%- set query -%}
        select batch_id from {{ source('ops', 'new_batches') }} order by batch_id
        {%- endset -%}
        {%- do found.extend(run_query(query).columns[0].values()) -%}
    {%- endif -%}
    {%- set quoted = [] -%}
    {%- for batch in found or [''] -%}
        {%- do quoted.append("'" ~ batch ~ "'") -%}
    {%- endfor -%}
    {{ return('(' ~ (quoted | join(', ')) ~ ')') }}
{%- endmacro %}
