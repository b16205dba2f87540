{#
    An id at a path, as text, whether Intercom sent a string or a number. 0 and the empty string, which mean nobody, become null.
    A number keeps its written digits, because json_value may write it in e-notation.
#}
{% macro json_id(column, path) %}{{ adapter.dispatch('json_id')(column, path) }}{% endmacro %}

{% macro duckdb__json_id(column, path) %}nullif(nullif({{ json_str(column, path) }}, '0'), ''){% endmacro %}

{% macro bigquery__json_id(column, path) %}nullif(nullif(if(
    json_type(coalesce(json_query({{ column }}, '{{ path }}'), json 'null')) = 'number',
    to_json_string(json_query({{ column }}, '{{ path }}')),
    json_value({{ column }}, '{{ path }}')
), '0'), ''){% endmacro %}
