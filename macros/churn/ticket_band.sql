{# The band that a number of tickets is in, in words: `vars: churn_ticket_bands` has the least number of each band but the first. #}
{% macro ticket_band(tickets) -%}
    {%- set bands = [0] + var('churn_ticket_bands') | map('int') | sort | list -%}
    case
    {%- for least in bands | reverse %}
        {%- set greatest = none if loop.first else loop.previtem - 1 -%}
        {%- set name = least ~ '+' if greatest is none else (least if greatest == least else least ~ '-' ~ greatest) %}
        {{ 'when ' ~ tickets ~ ' >= ' ~ least ~ ' then' if not loop.last else 'else' }} '{{ name }} ticket{{ 's' if name | string != '1' }}'
    {%- endfor %}
    end
{%- endmacro %}
