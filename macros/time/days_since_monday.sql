{# 0 on a Monday, 6 on a Sunday. #}
{% macro days_since_monday(day) %}{{ adapter.dispatch('days_since_monday')(day) }}{% endmacro %}

{% macro duckdb__days_since_monday(day) %}(isodow({{ day }}) - 1){% endmacro %}

{% macro bigquery__days_since_monday(day) %}mod(extract(dayofweek from {{ day }}) + 5, 7){% endmacro %}
