{#
  Whether a transaction counts: always, or (members_only) from the period the customer joined to
  the one it left, both included.
#}
{% macro is_counted(transactions, customers) -%}
    {%- if (var('entities').get('transactions') or {}).get('members_only') -%}
    {{ transactions }}.period >= coalesce(
        {{ regulars.period_of(customers ~ '.joined_at') }}, {{ transactions }}.period
    )
    and {{ transactions }}.period <= coalesce(
        {{ regulars.period_of(customers ~ '.left_at') }}, {{ transactions }}.period
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}
