{# A join: one row per element of the array at a path, the element in a JSON column of the given name. Rows without elements go. #}
{% macro unnest_json(column, path, element) %}{{ adapter.dispatch('unnest_json')(column, path, element) }}{% endmacro %}

{% macro duckdb__unnest_json(column, path, element) -%}
    cross join lateral unnest(json_extract({{ column }}, '{{ path }}[*]')) as {{ element }}_list({{ element }})
{%- endmacro %}

{% macro bigquery__unnest_json(column, path, element) -%}
    cross join unnest(json_query_array({{ column }}, '{{ path }}')) as {{ element }}
{%- endmacro %}
