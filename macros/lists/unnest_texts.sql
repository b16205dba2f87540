{# A relation with a row per text of an array column, under the relation's own name. The text is in a column of the given name. #}
{% macro unnest_texts(relation, texts, text) %}{{ adapter.dispatch('unnest_texts')(relation, texts, text) }}{% endmacro %}

{% macro duckdb__unnest_texts(relation, texts, text) -%}
    (
        select
            * exclude ({{ texts }}),
            unnest({{ texts }}) as {{ text }},
        from {{ relation }}
    ) as {{ relation }}
{%- endmacro %}

{% macro bigquery__unnest_texts(relation, texts, text) -%}
    {{ relation }}
    cross join unnest({{ texts }}) as {{ text }}
{%- endmacro %}
