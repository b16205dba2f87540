{#
    For DuckDB: where `parsed_once` puts the value at a path of a JSON document (`json_document`). `kind`: 'text', as `->>` gives it, or
    'json'.
#}
{% macro json_place(document, kind, path) -%}
    {%- set paths = document[kind] -%}
    {%- if path not in paths -%}
        {%- if document.relations -%}
            {%- do exceptions.raise_compiler_error(path ~ ' of ' ~ document.column ~ ' is read below parsed_once(), which comes last') -%}
        {%- endif -%}
        {%- do paths.append(path) -%}
    {%- endif -%}
    {{ document.column }}_{{ kind }}[{{ paths.index(path) + 1 }}]
{%- endmacro %}
