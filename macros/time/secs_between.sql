{# Whole seconds from one timestamp to a later one. #}
{% macro secs_between(from_at, to_at) %}{{ adapter.dispatch('secs_between')(from_at, to_at) }}{% endmacro %}

{% macro duckdb__secs_between(from_at, to_at) %}date_sub('second', {{ from_at }}, {{ to_at }}){% endmacro %}

{% macro bigquery__secs_between(from_at, to_at) %}timestamp_diff({{ to_at }}, {{ from_at }}, second){% endmacro %}
