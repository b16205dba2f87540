{#
    Writes the descriptions of a DuckDB table and its columns as comments, in one statement. dbt's `persist_docs` asks for the columns first.
#}
{% macro describe_table(relation) -%}
    {%- set comments = [] -%}
    {%- if model.description -%}
        {%- do comments.append('comment on table ' ~ relation ~ ' is ' ~ duckdb_escape_comment(model.description)) -%}
    {%- endif -%}
    {%- for column in model.columns.values() if column.description -%}
        {%- do comments.append('comment on column ' ~ relation ~ '.' ~ column.name ~ ' is ' ~ duckdb_escape_comment(column.description)) -%}
    {%- endfor -%}
    {%- if comments -%}
        {%- do run_query(comments | join(';\n')) -%}
    {%- endif -%}
{%- endmacro %}
