{#
    An id at a path, as text, whether Intercom sent a string or a number. 0 and the empty string, by which it says
    "nobody", become null. BigQuery goes by way of INT64 because large numbers may print in e-notation.
#}
{% macro json_id(column, path) %}{{ adapter.dispatch('json_id')(column, path) }}{% endmacro %}

{% macro duckdb__json_id(column, path) %}nullif(nullif(json_value({{ column }}, '{{ path }}') ->> '$', '0'), ''){% endmacro %}

{% macro bigquery__json_id(column, path) %}nullif(nullif(if(
    json_type(json_query({{ column }}, '{{ path }}')) = 'number',
    cast(lax_int64(json_query({{ column }}, '{{ path }}')) as string),
    json_value({{ column }}, '{{ path }}')
), '0'), ''){% endmacro %}
