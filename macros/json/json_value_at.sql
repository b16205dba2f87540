{# For DuckDB: the value at a path of a JSON column or document as JSON, null included. #}
{% macro json_value_at(column, path) -%}
    {%- if column is mapping %}{{ json_place(column, 'json', path) }}{% else %}json_extract({{ column }}, '{{ path }}'){% endif -%}
{%- endmacro %}
