{#
  Fails with every file of a delivery that has more rows than its highest record number: a record
  that stands in a model twice. One group per file, so that it costs nothing on big tables.
#}
{% test unique_record(model) %}

select
    batch_id,
    file_name,
    count(*) as row_count,
    max(row_number) as records
from {{ model }}
group by batch_id, file_name
having count(*) > max(row_number)

{% endtest %}
