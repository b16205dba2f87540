{#
    An update of a staging model on BigQuery: dbt's MERGE, straight from the model's query and limited to the partitions of what was loaded
    (`meta: created_with`). Without the limit, it reads every column of the whole table to replace a day's changes. A row's
    partition never changes (`monthly`), so a row and its replacement are in the same partition. Returns what a materialization returns.
#}
{% macro update_on_bigquery() -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ get_merge_sql(
            this,
            '(' ~ compiled_code ~ ')',
            config.get('unique_key'),
            adapter.get_columns_in_relation(this),
            [is_in_months_loaded('DBT_INTERNAL_DEST')],
        ) }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(this, model) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}
