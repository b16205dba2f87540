{#
    A JSON column of which a select list reads many fields. The json_ macros take it in place of the column's name, and the select list
    ends in `from {{ parsed_once(relation, document) }}`. DuckDB parses a text at each call of a JSON function, so it would parse the
    column once a field. Here it parses each text once for all fields.
#}
{% macro json_document(column) %}{{ return({'column': column, 'paths': [], 'relations': []}) }}{% endmacro %}
