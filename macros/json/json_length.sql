{# How many elements the array at a path has; 0 when there is none. #}
{% macro json_length(column, path) %}{{ adapter.dispatch('json_length')(column, path) }}{% endmacro %}

{% macro duckdb__json_length(column, path) %}coalesce(cast(json_array_length({{ json_value_at(column, path) }}) as bigint), 0){% endmacro %}

{% macro bigquery__json_length(column, path) %}coalesce(array_length(json_query_array({{ column }}, '{{ path }}')), 0){% endmacro %}
