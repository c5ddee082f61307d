{#
  Names what a model reads in some projects only: the graph that dbt draws is the same for all, also
  where another dbt project, whose variables are its own, parses the package.
#}
{% macro may_read(models) -%}
    {%- if not execute -%}
        {%- for model in models -%}
            {%- do ref(model) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
