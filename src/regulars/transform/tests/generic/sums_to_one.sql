{# Fails with every group whose shares do not add up to 1. #}
{% test sums_to_one(model, share, within) %}

select
    {{ within | join(', ') }},
    sum({{ share }}) as total
from {{ model }}
group by {{ within | join(', ') }}
having abs(sum({{ share }}) - 1) > 1e-9

{% endtest %}
