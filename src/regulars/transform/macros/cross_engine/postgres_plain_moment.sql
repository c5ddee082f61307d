{#
  Moments as nearly all texts have them, which PostgreSQL's own functions read: a pattern tells them
  apart, and no text passes it of which they make an error. All others are taken apart
  (`postgres_moment`), which costs many times as much.
#}
{% macro postgres_plain_iso_moment(text) -%}
    {#- Decimals after the sixth are cut off; the cast would round. -#}
    cast(left({{ text }}, strpos({{ text }} || '.', '.') + 6) as timestamp)
{%- endmacro %}

{% macro plain_iso_moment_pattern() -%}
    {%- set date = regulars.plain_date_pattern('[12][0-9]{3}-(?:MONTHS)-(?:DAYS)') -%}
    {%- set time = regulars.plain_time_pattern('(?::[0-5][0-9](?:[.][0-9]+)?)?') -%}
    {{- return('^' ~ date ~ '(?:[ T]' ~ time ~ ')?$') -}}
{%- endmacro %}


{# A text in a format of day, month, year and possibly a time, as one to try first; or nothing. #}
{% macro postgres_plain_moment(text, format) -%}
    {%- set parts = modules.re.fullmatch(
        '%-?([dmY])([-/.])%-?([dmY])\\2%-?([dmY])(?:( |T)%-?H:%M(:%S)?)?', format
    ) -%}
    {%- if parts and 'Y' in parts.groups() and 'm' in parts.groups() and 'd' in parts.groups() -%}
    {%- set patterns = {'d': '(?:DAYS)', 'm': '(?:MONTHS)', 'Y': '[12][0-9]{3}'} -%}
    {%- set letters = {'d': 'DD', 'm': 'MM', 'Y': 'YYYY'} -%}
    {%- set separated = '[' ~ parts[2] ~ ']' -%}
    {%- set date = patterns[parts[1]] ~ separated ~ patterns[parts[3]] ~ separated
        ~ patterns[parts[4]] -%}
    {%- set time = parts[5] ~ regulars.plain_time_pattern(':[0-5][0-9]' if parts[6] else '')
        if parts[5] else '' -%}
    {%- set pattern = '^' ~ regulars.plain_date_pattern(date) ~ time ~ '$' -%}
    {%- set template = letters[parts[1]] ~ parts[2] ~ letters[parts[3]] ~ parts[2]
        ~ letters[parts[4]] -%}
    {%- set day = "to_date(" ~ text ~ ", '" ~ template ~ "')" -%}
    case when {{ regulars.matches(text, pattern) }} then
        {% if parts[5] -%}
        {{ day }} + cast(split_part({{ text }}, '{{ parts[5] }}', 2) as time)
        {%- else -%}
        cast({{ day }} as timestamp)
        {%- endif %}
    end,
    {%- endif -%}
{%- endmacro %}


{# A pattern of a date with every day that each month has, but for the 29th of February. #}
{% macro plain_date_pattern(date) -%}
    {%- set days_of = [
        ('0?[1-9]|1[0-2]', '0?[1-9]|1[0-9]|2[0-8]'),
        ('0?[13-9]|1[0-2]', '29|30'),
        ('0?[13578]|1[02]', '31'),
    ] -%}
    {%- set patterns = [] -%}
    {%- for months, days in days_of -%}
        {%- do patterns.append(date | replace('MONTHS', months) | replace('DAYS', days)) -%}
    {%- endfor -%}
    {{- return('(?:' ~ patterns | join('|') ~ ')') -}}
{%- endmacro %}


{% macro plain_time_pattern(seconds) -%}
    {{- return('(?:[01]?[0-9]|2[0-3]):[0-5][0-9]' ~ seconds) -}}
{%- endmacro %}
