{# Aggregate, or window function with `over`: a sum of integers as a 64-bit integer (DuckDB's own is of 128 bits). #}
{% macro sum_int(value, over='') %}{{ adapter.dispatch('sum_int')(value, over) }}{% endmacro %}

{% macro duckdb__sum_int(value, over='') %}cast(sum({{ value }}) {{ over }} as bigint){% endmacro %}

{% macro bigquery__sum_int(value, over='') %}sum({{ value }}) {{ over }}{% endmacro %}
