{# Aggregate: for how many rows a condition holds; 0, not null, when for none. #}
{% macro count_if(condition) %}{{ adapter.dispatch('count_if')(condition) }}{% endmacro %}

{% macro duckdb__count_if(condition) %}cast(coalesce(count_if({{ condition }}), 0) as bigint){% endmacro %}

{% macro bigquery__count_if(condition) %}countif({{ condition }}){% endmacro %}
