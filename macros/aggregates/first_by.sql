{# Aggregate: the value of the row that comes first in the given order, of those in which it is not null. #}
{% macro first_by(value, order) %}{{ adapter.dispatch('first_by')(value, order) }}{% endmacro %}

{% macro duckdb__first_by(value, order) %}arg_min({{ value }}, {{ order }}){% endmacro %}

{% macro bigquery__first_by(value, order) %}array_agg({{ value }} ignore nulls order by {{ order }} limit 1)[safe_offset(0)]{% endmacro %}
