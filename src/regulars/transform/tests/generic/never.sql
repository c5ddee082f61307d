{# Fails with every row for which one of the conditions holds: many rules in one pass. #}
{% test never(model, conditions) %}

select * from {{ model }}
where
    1 = 0
    {%- for condition in conditions %}
    or ({{ condition }})
    {%- endfor %}

{% endtest %}
