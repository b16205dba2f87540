{# The scalar at a path of a JSON column as text; null when it is absent, null, an object or an array. #}
{% macro json_str(column, path) %}{{ adapter.dispatch('json_str')(column, path) }}{% endmacro %}

{# Most texts of a document are no JSON at first sight. The others may be an object, or a text in brackets: the payload says which. #}
{% macro duckdb__json_str(column, path) -%}
    {%- if column is mapping -%}
        {%- set text = json_text_at(column, path) -%}
        (case when starts_with({{ text }}, '{') or starts_with({{ text }}, '[') then {{ json_str(column.column, path) }} else {{ text }} end)
    {%- else -%}
        (json_value({{ column }}, '{{ path }}') ->> '$')
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__json_str(column, path) %}json_value({{ column }}, '{{ path }}'){% endmacro %}
