{# Fails with every version whose validity does not end where the next one begins. #}
{% test no_overlap(model, key, valid_from, valid_to) %}

with versions as (
    select
        {{ key }},
        {{ valid_from }},
        {{ valid_to }},
        lead({{ valid_from }}) over (partition by {{ key }} order by {{ valid_from }}) as next_from
    from {{ model }}
)

select * from versions
where {{ valid_from }} >= {{ valid_to }} or next_from <> {{ valid_to }}

{% endtest %}
