{#
    dbt's MERGE, told in which partitions the rows that it brings can be: without that it reads the whole table, every column,
    to replace a day's changes. A row's partition never changes (`monthly`), so what it replaces is in the same one.
    dbt finds this by its name.
#}
{% macro bigquery__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {%- set predicates = [] + (incremental_predicates or []) -%}
    {%- set partition_by = config.get('partition_by') -%}
    {%- if partition_by -%}
        {%- set months = months_of('select * from ' ~ source, partition_by.field) -%}
        {%- do predicates.append(in_months('DBT_INTERNAL_DEST.' ~ partition_by.field, months)) -%}
    {%- endif -%}
    {{ default__get_merge_sql(target, source, unique_key, dest_columns, predicates) }}
{%- endmacro %}
