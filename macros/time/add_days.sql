{# A date so many days later; earlier when the number is negative. #}
{% macro add_days(day, days) %}{{ adapter.dispatch('add_days')(day, days) }}{% endmacro %}

{% macro duckdb__add_days(day, days) %}({{ day }} + cast({{ days }} as integer)){% endmacro %}

{% macro bigquery__add_days(day, days) %}date_add({{ day }}, interval {{ days }} day){% endmacro %}
