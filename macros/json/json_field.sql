{# The value, as JSON, of the field with exactly this name (a project variable) in a JSON object; null when there is none. #}
{% macro json_field(column, name) %}{{ adapter.dispatch('json_field')(column, name) }}{% endmacro %}

{# A JSON pointer: a path would give dots, brackets and quotes a meaning. #}
{% macro duckdb__json_field(column, name) -%}
    json_extract({{ column }}, {{ text_literal('/' ~ (name | replace('~', '~0') | replace('/', '~1'))) }})
{%- endmacro %}

{% macro bigquery__json_field(column, name) %}{{ column }}[{{ text_literal(name) }}]{% endmacro %}
