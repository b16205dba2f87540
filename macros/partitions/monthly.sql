{#
    How BigQuery partitions a table: by the month of a time that never changes for a row. A table may have 10,000 partitions and a
    statement may change 4,000 of them. Days would last for 27 years; months last for good. DuckDB has no partitions.
#}
{% macro monthly(column, data_type='timestamp') %}{{ return(adapter.dispatch('monthly')(column, data_type)) }}{% endmacro %}

{% macro duckdb__monthly(column, data_type) %}{{ return(none) }}{% endmacro %}

{% macro bigquery__monthly(column, data_type) -%}
    {{ return({'field': column, 'data_type': data_type, 'granularity': 'month'}) }}
{%- endmacro %}
