{# The boolean at a path; null when it is absent or no boolean. #}
{% macro json_bool(column, path) %}{{ adapter.dispatch('json_bool')(column, path) }}{% endmacro %}

{% macro duckdb__json_bool(column, path) %}try_cast({{ column }} ->> '{{ path }}' as boolean){% endmacro %}

{% macro bigquery__json_bool(column, path) %}safe_cast(json_value({{ column }}, '{{ path }}') as bool){% endmacro %}
