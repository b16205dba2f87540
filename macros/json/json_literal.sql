{# A value of the project's variables as JSON. The filter writes quotes and markup as \u escapes, so that nothing ends the text early. #}
{% macro json_literal(value) %}{{ adapter.dispatch('json_literal')(value) }}{% endmacro %}

{% macro duckdb__json_literal(value) %}cast('{{ value | tojson }}' as json){% endmacro %}

{% macro bigquery__json_literal(value) %}parse_json(r'{{ value | tojson }}'){% endmacro %}
