{#
    A condition: a time is in one of the months that `months_of` found. Always true without months, never true for an empty list.
    `data_type`: timestamp or date.
#}
{% macro in_months(column, months, data_type='timestamp') -%}
    {%- if months is none -%}
        true
    {%- elif months | length == 0 -%}
        false
    {%- else -%}
        {%- set instants = [] -%}
        {%- for month in months if month != 'none' -%}
            {%- do instants.append("date '" ~ month ~ "-01'" if data_type == 'date' else "timestamp '" ~ month ~ "-01 00:00:00+00'") -%}
        {%- endfor -%}
        {%- set conditions = [] -%}
        {%- if instants -%}
            {%- do conditions.append(data_type ~ '_trunc(' ~ column ~ ', month) in (' ~ instants | join(', ') ~ ')') -%}
        {%- endif -%}
        {%- if 'none' in months -%}
            {%- do conditions.append(column ~ ' is null') -%}
        {%- endif -%}
        ({{ conditions | join(' or ') }})
    {%- endif -%}
{%- endmacro %}
