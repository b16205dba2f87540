{# Aggregate: the value of the row that comes last in the given order, of those in which it is not null. #}
{% macro last_by(value, order) %}{{ adapter.dispatch('last_by')(value, order) }}{% endmacro %}

{% macro duckdb__last_by(value, order) %}arg_max({{ value }}, {{ order }}){% endmacro %}

{% macro bigquery__last_by(value, order) -%}
    array_agg({{ value }} ignore nulls order by {{ order }} desc limit 1)[safe_offset(0)]
{%- endmacro %}
