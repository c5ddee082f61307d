{# Delete what an incremental build tells anew: all but the events of older deliveries. #}
{% macro forget_rejected(relation) -%}
    delete from {{ relation }}
    where
        entity is null
        or entity not in ('transactions', 'interactions', 'touches')
        or batch_id in {{ regulars.new_batches() }}
{%- endmacro %}
