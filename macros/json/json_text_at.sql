{# For DuckDB: the value at a path of a JSON column or document as text, as `->>` gives it; an object or array is its JSON. #}
{% macro json_text_at(column, path) -%}
    {%- if column is mapping %}{{ json_place(column, 'text', path) }}{% else %}{{ column }} ->> '{{ path }}'{% endif -%}
{%- endmacro %}
