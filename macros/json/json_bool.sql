{# The boolean at a path, also where it is the text true or false; null when it is absent or no boolean. #}
{% macro json_bool(column, path) %}{{ adapter.dispatch('json_bool')(column, path) }}{% endmacro %}

{# No object or array is written as true or false. #}
{% macro duckdb__json_bool(column, path) %}{{ boolean_from_text(json_text_at(column, path)) }}{% endmacro %}

{% macro bigquery__json_bool(column, path) %}{{ boolean_from_text(json_str(column, path)) }}{% endmacro %}
