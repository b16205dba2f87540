{# The number at a path as a 64-bit integer, also where it is a text of digits; null when it is absent or no number. #}
{% macro json_int(column, path) %}{{ adapter.dispatch('json_int')(column, path) }}{% endmacro %}

{% macro duckdb__json_int(column, path) %}try_cast({{ json_text_at(column, path) }} as bigint){% endmacro %}

{# lax_int64() makes 1 of true, which is no number here. #}
{% macro bigquery__json_int(column, path) -%}
    if(
        json_type(coalesce(json_query({{ column }}, '{{ path }}'), json 'null')) in ('number', 'string'),
        lax_int64(json_query({{ column }}, '{{ path }}')),
        null
    )
{%- endmacro %}
