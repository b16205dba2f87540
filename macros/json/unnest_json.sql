{#
    A relation with a row per element of a JSON array in one of its columns, under the relation's own name: the element is in a JSON
    column of the given name. Rows without elements go. DuckDB would make of a lateral join one that carries the whole array beside
    each of its elements, which is quadratic.
#}
{% macro unnest_json(relation, column, element) %}{{ adapter.dispatch('unnest_json')(relation, column, element) }}{% endmacro %}

{% macro duckdb__unnest_json(relation, column, element) -%}
    (
        select
            *,
            unnest(json_extract({{ column }}, '$[*]')) as {{ element }},
        from {{ relation }}
    ) as {{ relation }}
{%- endmacro %}

{% macro bigquery__unnest_json(relation, column, element) -%}
    {{ relation }}
    cross join unnest(json_query_array({{ relation }}.{{ column }}, '$')) as {{ element }}
{%- endmacro %}
