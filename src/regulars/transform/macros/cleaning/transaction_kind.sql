{# sale, refund or other: as mapped, else by the sign of the amount. #}
{% macro transaction_kind(relation) -%}
    coalesce(
        {{ regulars.lowered(relation ~ '.kind') }},
        case when {{ relation }}.amount < 0 then 'refund' else 'sale' end
    )
{%- endmacro %}
