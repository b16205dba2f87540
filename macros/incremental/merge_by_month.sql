{#
    dbt's MERGE on BigQuery, limited to the partitions of the new rows. Without the limit, it reads every column of the whole table to
    replace a day's changes. A row's partition never changes (`monthly`), so a row and its replacement are in the same partition.
#}
{% macro merge_by_month(target, new_rows, unique_key, dest_columns, partition_by) -%}
    {%- set predicates = [] -%}
    {%- if partition_by -%}
        {%- set months = months_of('select * from ' ~ new_rows, partition_by.field) -%}
        {%- do predicates.append(in_months('DBT_INTERNAL_DEST.' ~ partition_by.field, months)) -%}
    {%- endif -%}
    {{ get_merge_sql(target, '(select * from ' ~ new_rows ~ ')', unique_key, dest_columns, predicates) }}
{%- endmacro %}
