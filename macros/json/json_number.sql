{# The JSON number at a path as a 64-bit float; null when it is absent or of another type, a text of digits included. #}
{% macro json_number(column, path) %}{{ adapter.dispatch('json_number')(column, path) }}{% endmacro %}

{# A text keeps its quotes when it is written as JSON, so that no number is read out of it. #}
{% macro duckdb__json_number(column, path) %}try_cast(cast({{ json_value_at(column, path) }} as varchar) as double){% endmacro %}

{% macro bigquery__json_number(column, path) %}safe_cast(to_json_string(json_query({{ column }}, '{{ path }}')) as float64){% endmacro %}
