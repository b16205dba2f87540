{#
    Makes a table of `build_record` with these columns (name → type), without rows, unless it is there. One of an earlier version, with other
    columns, is replaced: then all models are built in full once.
    Errors: a table of that name that is somebody else's.
#}
{% macro make_build_record(name, columns, partition_by=none) -%}
    {%- set record = build_record(name) -%}
    {%- set is_there = name in build_records_there() -%}
    {%- set there = adapter.get_columns_in_relation(record) | map(attribute='name') | list if is_there else [] -%}
    {%- if is_there and not ('recorded_in' in there or 'changed_in' in there) -%}
        {%- do exceptions.raise_compiler_error(
            'The table ' ~ record ~ ' is none of ours, and builds keep what they did under this name. Nothing was changed.'
            ~ ' Give the models of intercom_warehouse another `+schema` (docs/package.md), or rename the table.'
        ) -%}
    {%- endif -%}
    {%- if there != columns.keys() | list -%}
        {# BigQuery may ask for the right to make datasets also where this one is there. #}
        {%- if not adapter.check_schema_exists(record.database, record.schema) -%}
            {%- do adapter.create_schema(record.without_identifier()) -%}
        {%- endif -%}
        {%- set nulls = [] -%}
        {%- for column, type in columns.items() -%}
            {%- do nulls.append('cast(null as ' ~ type ~ ') as ' ~ column) -%}
        {%- endfor -%}
        {%- do run_query(
            'create or replace table ' ~ record ~ (partitioned_by_day(partition_by) if partition_by else '')
            ~ '\nas (select ' ~ nulls | join(', ') ~ ' limit 0)'
        ) -%}
        {%- if not is_there -%}
            {%- do build_records_there().append(name) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
