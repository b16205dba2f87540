{# The object or array at a path, as JSON; SQL null (not JSON null) when there is none. #}
{% macro json_obj(column, path) %}{{ adapter.dispatch('json_obj')(column, path) }}{% endmacro %}

{% macro duckdb__json_obj(column, path) %}nullif(json_extract({{ column }}, '{{ path }}'), 'null'::json){% endmacro %}

{% macro bigquery__json_obj(column, path) -%}
    if(json_type(json_query({{ column }}, '{{ path }}')) = 'null', null, json_query({{ column }}, '{{ path }}'))
{%- endmacro %}
