{#
    A JSON column of which a select list reads many fields. The json_ macros take it in place of the column's name, and the select list
    ends in `from {{ parsed_once(relation, document) }}`. DuckDB stores JSON as text and parses it at each call of a JSON function,
    which would be once a field. BigQuery stores JSON parsed, so there a document is the column itself.
#}
{% macro json_document(column) %}{{ return(adapter.dispatch('json_document')(column)) }}{% endmacro %}

{# The paths that the select list reads, as text and as JSON, and the relation once it is named. #}
{% macro duckdb__json_document(column) %}{{ return({'column': column, 'text': [], 'json': [], 'relations': []}) }}{% endmacro %}

{% macro bigquery__json_document(column) %}{{ return(column) }}{% endmacro %}
