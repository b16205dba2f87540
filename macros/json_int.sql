{# The number at a path as a 64-bit integer; null when it is absent or no number. #}
{% macro json_int(column, path) %}{{ adapter.dispatch('json_int')(column, path) }}{% endmacro %}

{% macro duckdb__json_int(column, path) %}try_cast({{ column }} ->> '{{ path }}' as bigint){% endmacro %}

{% macro bigquery__json_int(column, path) %}lax_int64(json_query({{ column }}, '{{ path }}')){% endmacro %}
