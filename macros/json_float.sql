{# The number at a path as a 64-bit float; null when it is absent or no number. #}
{% macro json_float(column, path) %}{{ adapter.dispatch('json_float')(column, path) }}{% endmacro %}

{% macro duckdb__json_float(column, path) %}try_cast({{ column }} ->> '{{ path }}' as double){% endmacro %}

{% macro bigquery__json_float(column, path) %}safe_cast(json_value({{ column }}, '{{ path }}') as float64){% endmacro %}
