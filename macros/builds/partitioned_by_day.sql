{# The clause that partitions a table by a column of dates; empty on DuckDB, which has no partitions. #}
{% macro partitioned_by_day(column) %}{{ return(adapter.dispatch('partitioned_by_day')(column)) }}{% endmacro %}

{% macro duckdb__partitioned_by_day(column) %}{{ return('') }}{% endmacro %}

{% macro bigquery__partitioned_by_day(column) %}{{ return(' partition by ' ~ column) }}{% endmacro %}
