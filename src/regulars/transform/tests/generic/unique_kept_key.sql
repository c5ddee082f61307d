{#
  Fails with every key that stands in more than one row that counts. Hashes are grouped, not keys,
  and only keys of a hash that comes twice are compared: quick on big tables, and still exact.
#}
{% test unique_kept_key(model, key) %}

with

suspects as (

    select {{ regulars.fast_hash([key]) }} as key_hash from {{ model }}
    where is_kept
    group by 1
    having count(*) > 1

)

select
    {{ key }},
    count(*) as occurrences
from {{ model }}
where is_kept and {{ regulars.fast_hash([key]) }} in (select key_hash from suspects)
group by {{ key }}
having count(*) > 1

{% endtest %}
