{#
    An update of a `versioned_incremental` table on BigQuery: the steps of dbt's own materialization, with `merge_by_month` for its
    MERGE, which dbt lets nobody replace under another name. Returns what a materialization returns.
    Errors: a column whose type changed while neither the logic version nor the declared columns did.
#}
{% macro update_on_bigquery() -%}
    {%- set existing = load_relation(this) -%}
    {%- set new_rows = make_temp_relation(this) -%}
    {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
    {%- set grants = config.get('grants') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('create_tmp_relation') -%}
        {{ bq_create_table_as(partition_by, True, new_rows, compiled_code, 'sql') }}
    {%- endcall -%}
    {%- set dest_columns = process_schema_changes('fail', new_rows, existing) or adapter.get_columns_in_relation(existing) -%}
    {%- call statement('main') -%}
        {{ merge_by_month(this, new_rows, config.get('unique_key'), dest_columns, partition_by) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do apply_grants(target_relation, grants, should_revoke(existing, false)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.drop_relation(new_rows) }}
    {{ return({'relations': [target_relation]}) }}
{%- endmacro %}
