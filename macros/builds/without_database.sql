{#
    SQL without the name of the DuckDB database, which is the name of the file. A view that names its file can't be read in a copy of another
    name. Tools that attach the file under a name of their own can't read it either.
#}
{% macro without_database(sql) %}{{ return(adapter.dispatch('without_database')(sql)) }}{% endmacro %}

{% macro duckdb__without_database(sql) %}{{ return(sql | replace('"' ~ target.database ~ '".', '')) }}{% endmacro %}

{% macro bigquery__without_database(sql) %}{{ return(sql) }}{% endmacro %}
