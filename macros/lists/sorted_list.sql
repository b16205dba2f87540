{# Aggregate: the values, in order, as an array; none of them may be null. DuckDB sorts a list faster than it gathers one in order. #}
{% macro sorted_list(value) %}{{ adapter.dispatch('sorted_list')(value) }}{% endmacro %}

{% macro duckdb__sorted_list(value) %}list_sort(list({{ value }})){% endmacro %}

{% macro bigquery__sorted_list(value) %}array_agg({{ value }} order by {{ value }}){% endmacro %}
