{#
    The months in which the times of a column of a query's rows lie, as texts for `in_months`. dbt asks the warehouse while it compiles,
    because BigQuery prunes partitions only for constants. A join that needs one month of ten years would read all of them.
    None where nothing can be left out: DuckDB reads only what it needs without being told.
#}
{% macro months_of(query, column) %}{{ return(adapter.dispatch('months_of')(query, column)) }}{% endmacro %}

{% macro duckdb__months_of(query, column) %}{{ return(none) }}{% endmacro %}

{% macro bigquery__months_of(query, column) -%}
    {%- if not execute -%}
        {{ return(none) }}
    {%- elif not flags.INTROSPECT -%}
        {# Without a connection, a stand-in for the answer. #}
        {{ return(['2026-01']) }}
    {%- endif -%}
    {%- set asked -%}
        select distinct coalesce(format_timestamp('%Y-%m', {{ column }}), 'none') as month from ({{ query }}) as asked order by month
    {%- endset -%}
    {{ return(run_query(asked).columns[0].values() | list) }}
{%- endmacro %}
