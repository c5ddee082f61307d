{#
  A value of `mapped` as it goes into the tables: within its cap, and emptied where it is a step
  of a funnel that did not happen in order (funnel: correct).
#}
{% macro settled(mapping, column) -%}
    {%- if mapping.funnel == 'correct' and column.name in regulars.funnel_steps(mapping) -%}
    case when {{ regulars.funnel_holds(mapping, column.name) }} then mapped.{{ column.name }} end
    {%- else -%}
    {{ regulars.capped(column) }}
    {%- endif -%}
{%- endmacro %}


{#
  What the rules changed in a row of `mapped`: `name:text` (one text for its variants),
  `name:default`, `name:cap` and `name:funnel`, with a space after each; null where nothing.
#}
{% macro mended(mapping, columns, attributes) -%}
    {%- set notes = [] -%}
    {%- for column in columns + attributes if not column.uncapped -%}
        {%- set mapped_column = mapping.columns.get(column.name) or column -%}
        {%- set name = column.name -%}
        {%- if regulars.has_shape(mapped_column) -%}
            {%- do notes.append([name ~ '_is_reshaped', name ~ ':text ']) -%}
        {%- endif -%}
        {%- if regulars.has_default(mapped_column) -%}
            {%- do notes.append(['not ' ~ name ~ '_is_given', name ~ ':default ']) -%}
        {%- endif -%}
        {%- if column.cap -%}
            {%- do notes.append([regulars.is_out_of_cap(column), name ~ ':cap ']) -%}
        {%- endif -%}
        {%- if mapping.funnel == 'correct' and name in regulars.funnel_steps(mapping) -%}
            {%- do notes.append([
                'mapped.' ~ name ~ ' is not null and ('
                ~ regulars.funnel_holds(mapping, name) ~ ') is not true',
                name ~ ':funnel ',
            ]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if notes -%}
    nullif(
        {%- for condition, note in notes %}
        case when {{ condition }} then '{{ note }}' else '' end
        {{- ' ||' if not loop.last }}
        {%- endfor %},
        ''
    )
    {%- else -%}
    cast(null as varchar)
    {%- endif -%}
{%- endmacro %}
