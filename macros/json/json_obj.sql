{# The object or array at a path, as JSON; SQL null (not JSON null) when there is none. #}
{% macro json_obj(column, path) %}{{ adapter.dispatch('json_obj')(column, path) }}{% endmacro %}

{% macro duckdb__json_obj(column, path) %}nullif({{ json_value_at(column, path) }}, 'null'::json){% endmacro %}

{#
    The test is by type, because JSON cannot be compared. JSON null stands in for SQL null, because not every implementation of
    BigQuery's functions knows the type of SQL null.
#}
{% macro bigquery__json_obj(column, path) -%}
    if(
        json_type(coalesce(json_query({{ column }}, '{{ path }}'), json 'null')) = 'null',
        null,
        json_query({{ column }}, '{{ path }}')
    )
{%- endmacro %}
