{#
    A relation with a row per element of a JSON array in one of its columns, under the relation's own name. The element is in a JSON
    column of the given name; rows without elements go. On DuckDB a lateral join would carry the whole array beside each element,
    which is quadratic.
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
