{# Makes a table of `build_record` with these columns (name → type), without rows, unless it is there. #}
{% macro make_build_record(name, columns, partition_by=none) -%}
    {%- set record = build_record(name) -%}
    {%- if name not in build_records_there() -%}
        {%- do adapter.create_schema(record.without_identifier()) -%}
        {%- set nulls = [] -%}
        {%- for column, type in columns.items() -%}
            {%- do nulls.append('cast(null as ' ~ type ~ ') as ' ~ column) -%}
        {%- endfor -%}
        {%- do run_query(
            'create or replace table ' ~ record ~ (partitioned_by_day(partition_by) if partition_by else '')
            ~ '\nas (select ' ~ nulls | join(', ') ~ ' limit 0)'
        ) -%}
        {%- do build_records_there().append(name) -%}
    {%- endif -%}
{%- endmacro %}
