{#
  The rows of a CTE with RFM scores (customer, as-of date) beside the features that the rules of
  the project look at, as the CTE `gathered`. At past dates features are made for cutoffs only, so
  there only customers who have them get a name; at the run's own date nobody may be lost.
#}
{% macro with_rule_features(scores, needed_at_past_dates=false) -%}
    {%- set needed = var('segments').features -%}
    {{- regulars.may_read(['customer_features', 'dim_customer']) -}}
{% if needed -%}
features as (

    select
        customer_features.customer_id,
        customer_features.as_of
    {%- for name in needed %},
        customer_features.{{ regulars.quoted(name) }}
    {%- endfor %}
    from {{ ref('customer_features') }} as customer_features

),

{% endif -%}
gathered as (

    select
        {{ scores }}.*
    {%- for name in needed %},
        features.{{ regulars.quoted(name) }}
    {%- endfor %}
    from {{ scores }}
    {%- if needed %}
    {%- if needed_at_past_dates %}
    inner join features
    {%- else %}
    left join features
    {%- endif %}
        on
            {{ scores }}.customer_id = features.customer_id
            and {{ scores }}.as_of = features.as_of
    {%- endif %}

)
{%- endmacro %}
