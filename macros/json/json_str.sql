{# The scalar at a path of a JSON column as text; null when it is absent, null, an object or an array. #}
{% macro json_str(column, path) %}{{ adapter.dispatch('json_str')(column, path) }}{% endmacro %}

{% macro duckdb__json_str(column, path) %}(json_value({{ json_args(column, path) }}) ->> '$'){% endmacro %}

{% macro bigquery__json_str(column, path) %}json_value({{ json_args(column, path) }}){% endmacro %}
