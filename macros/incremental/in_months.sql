{#
    A condition: a time is in one of the months that `months_of` found. Always true without months, never true for an empty list.
#}
{% macro in_months(column, months) -%}
    {%- if months is none -%}
        true
    {%- elif months | length == 0 -%}
        false
    {%- else -%}
        {%- set instants = [] -%}
        {%- for month in months if month != 'none' -%}
            {%- do instants.append("timestamp '" ~ month ~ "-01 00:00:00+00'") -%}
        {%- endfor -%}
        {%- set conditions = [] -%}
        {%- if instants -%}
            {%- do conditions.append('timestamp_trunc(' ~ column ~ ', month) in (' ~ instants | join(', ') ~ ')') -%}
        {%- endif -%}
        {%- if 'none' in months -%}
            {%- do conditions.append(column ~ ' is null') -%}
        {%- endif -%}
        ({{ conditions | join(' or ') }})
    {%- endif -%}
{%- endmacro %}
