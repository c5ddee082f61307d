{#
  Where a customer stands in the own buying rhythm: 'on time', 'late' (silent for longer than usual),
  'overdue' (twice as long, or half the activity window) or 'lapsed' (also half the activity window,
  or all of it). Fifths compare customers with one another: where most bought long ago, the most
  recent fifth did too. Where recency is scored by bands, the bands say it.

  The usual pause is the customer's own with one mean pause of everybody added, so that two purchases
  on two days are no rhythm yet; at least a twelfth of the activity window.
#}
{% macro purchase_rhythm() -%}
    {%- set window = var('segments').activity_window | default(365) -%}
    case
    {%- if var('segments').recency_bands %}
        when r_score >= 3 then 'on time'
        when r_score = 2 then 'overdue'
        else 'lapsed'
    {%- else %}
        when silent >= {{ window }} then 'lapsed'
        when silent <= usual_pause then 'on time'
        when 2 * silent >= {{ window }} then 'lapsed'
        when silent > 2 * usual_pause then 'overdue'
        else 'late'
    {%- endif %}
    end
{%- endmacro %}


{# The pause between purchases that is usual for a customer, in periods; see purchase_rhythm. #}
{% macro usual_pause() -%}
    {%- set double = regulars.type_name('double') -%}
    {%- set window = var('segments').activity_window | default(365) -%}
    {%- set between = regulars.periods_between('first_sale_period', 'last_sale_period') -%}
    greatest(
        cast({{ window }} as {{ double }}) / 12,
        (
            cast({{ between }} as {{ double }})
            + coalesce(
                {{ regulars.ratio(
                    'sum(' ~ between ~ ') over (partition by as_of)',
                    'sum(purchases - 1) over (partition by as_of)'
                ) }},
                0
            )
        ) / purchases
    )
{%- endmacro %}


{# Whether a customer first bought within the last quarter of the activity window. #}
{% macro is_new_customer() -%}
    4 * ({{ regulars.periods_between('first_sale_period', 'as_of') }} - 1)
    < {{ var('segments').activity_window | default(365) }}
{%- endmacro %}
