{#
  Names what a model reads in some projects only. dbt asks what a model reads before it knows the
  variables of the project: one parse then serves every project.
#}
{% macro may_read(models) -%}
    {%- if not execute -%}
        {%- for model in models -%}
            {%- do ref(model) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
