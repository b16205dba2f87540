{#
    The bands in which the report page counts how long things took, shortest first. A band holds the durations under `until_seconds` that no
    shorter band holds; the last one holds all others.
#}
{% macro duration_bands() -%}
    {{ return([
        {'name': 'under_5_minutes', 'until_seconds': 300},
        {'name': '5_to_30_minutes', 'until_seconds': 1800},
        {'name': '30_to_60_minutes', 'until_seconds': 3600},
        {'name': '1_to_4_hours', 'until_seconds': 14400},
        {'name': '4_to_8_hours', 'until_seconds': 28800},
        {'name': '8_to_24_hours', 'until_seconds': 86400},
        {'name': '1_to_3_days', 'until_seconds': 259200},
        {'name': '3_to_7_days', 'until_seconds': 604800},
        {'name': 'over_7_days', 'until_seconds': none},
    ]) }}
{%- endmacro %}
