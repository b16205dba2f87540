{# The first day of a date's month. #}
{% macro month_of(day) %}{{ adapter.dispatch('month_of')(day) }}{% endmacro %}

{% macro duckdb__month_of(day) %}cast(date_trunc('month', {{ day }}) as date){% endmacro %}

{% macro bigquery__month_of(day) %}date_trunc({{ day }}, month){% endmacro %}
