{# Days from one date to a later one. #}
{% macro days_between(from_on, to_on) %}{{ adapter.dispatch('days_between')(from_on, to_on) }}{% endmacro %}

{% macro duckdb__days_between(from_on, to_on) %}date_diff('day', {{ from_on }}, {{ to_on }}){% endmacro %}

{% macro bigquery__days_between(from_on, to_on) %}date_diff({{ to_on }}, {{ from_on }}, day){% endmacro %}
