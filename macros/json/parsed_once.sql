{#
    A relation under its own name, in which DuckDB has parsed a JSON document (`json_document`) once for all fields that the select list
    above reads. BigQuery stores JSON parsed, and reads each field by itself.
#}
{% macro parsed_once(relation, document) %}{{ adapter.dispatch('parsed_once')(relation, document) }}{% endmacro %}

{% macro duckdb__parsed_once(relation, document) -%}
    {%- do document.relations.append(relation) -%}
    (
        select
            *,
            json_extract({{ document.column }}, [
                '{{ document.paths | join("',\n                '") }}'
            ]) as {{ document.column }}_values,
        from {{ relation }}
    ) as {{ relation }}
{%- endmacro %}

{% macro bigquery__parsed_once(relation, document) %}{{ relation }}{% endmacro %}
