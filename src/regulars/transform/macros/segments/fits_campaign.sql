{# Whether a customer is one whom a campaign of the rule set is meant for. #}
{% macro fits_campaign(name, segment, risk_score) -%}
    {%- set campaign = var('segments').campaigns[name] -%}
    {%- set named = campaign.segments | map('replace', "'", "''") | join("', '") -%}
    {%- set fits = ["coalesce(" ~ segment ~ " in ('" ~ named ~ "'), false)"]
        if campaign.segments else [] -%}
    {%- if campaign.get('from_risk') -%}
        {%- do fits.append("coalesce(" ~ risk_score ~ " >= " ~ campaign.from_risk ~ ", false)") -%}
    {%- endif -%}
    {{ fits | join(' or ') if fits else 'false' }}
{%- endmacro %}
