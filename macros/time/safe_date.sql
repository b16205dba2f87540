{# A text as a date; null where the calendar has no such date. #}
{% macro safe_date(text) %}{{ adapter.dispatch('safe_date')(text) }}{% endmacro %}

{% macro duckdb__safe_date(text) %}try_cast({{ text }} as date){% endmacro %}

{% macro bigquery__safe_date(text) %}safe_cast({{ text }} as date){% endmacro %}
