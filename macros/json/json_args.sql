{#
    The first two arguments of the engine's JSON functions: where to look, and the path. `column` is the name of a JSON column, or a
    document (`json_document`). Of a document, DuckDB looks into the value that `parsed_once` takes out of the document by the path.
#}
{% macro json_args(column, path) %}{{ adapter.dispatch('json_args')(column, path) }}{% endmacro %}

{% macro duckdb__json_args(column, path) -%}
    {%- if column is not mapping -%}
        {{ column }}, '{{ path }}'
    {%- else -%}
        {%- if path not in column.paths -%}
            {%- if column.relations -%}
                {%- do exceptions.raise_compiler_error('`' ~ path ~ '` is read after parsed_once(), which must come last.') -%}
            {%- endif -%}
            {%- do column.paths.append(path) -%}
        {%- endif -%}
        {{ column.column }}_values[{{ column.paths.index(path) + 1 }}], '$'
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__json_args(column, path) %}{{ column.column if column is mapping else column }}, '{{ path }}'{% endmacro %}
