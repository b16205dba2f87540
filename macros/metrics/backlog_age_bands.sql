{#
    The bands of age in which `support_daily` counts the backlog, youngest first. A band holds the ages under `until_days` that no younger
    band holds; the last one holds all others. The age is in days since the customer's first message.
#}
{% macro backlog_age_bands() -%}
    {{ return([
        {'name': 'under_1_day', 'until_days': 1},
        {'name': '1_to_3_days', 'until_days': 3},
        {'name': '3_to_7_days', 'until_days': 7},
        {'name': '7_to_30_days', 'until_days': 30},
        {'name': 'over_30_days', 'until_days': none},
    ]) }}
{%- endmacro %}
