{# Text with a capital at the start of each word and small letters after it; blanks part words. #}
{% macro titled(expression) -%}
    {{ return(adapter.dispatch('titled', 'regulars')(expression)) }}
{%- endmacro %}

{% macro default__titled(expression) -%}
    initcap({{ expression }})
{%- endmacro %}

{% macro duckdb__titled(expression) -%}
    array_to_string(
        list_transform(
            string_split({{ regulars.lowered(expression) }}, ' '),
            lambda word: upper(word[1]) || word[2:]
        ),
        ' '
    )
{%- endmacro %}

{#- initcap would also part words at hyphens and apostrophes. -#}
{% macro postgres__titled(expression) -%}
    (
        select string_agg(
            {{ regulars.raised('left(word, 1)') }} || {{ regulars.lowered('substr(word, 2)') }},
            ' ' order by place
        )
        from unnest(string_to_array({{ expression }}, ' ')) with ordinality as words (word, place)
    )
{%- endmacro %}
