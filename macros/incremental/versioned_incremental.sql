{#
    A materialization: dbt's incremental table, which also knows when all its rows are outdated. The table is built in full by itself,
    and says so, in three cases. The model's logic version has changed, its columns have changed, or nothing says what its rows were
    built with. A full build replaces the table in one step, as dbt's `table` does: readers see the old rows until then.
    Models that use it call `is_update()`, which answers by the same rule. The hooks of all models (`dbt_project.yml`) store versions.
#}
{% materialization versioned_incremental, adapter='duckdb' -%}
    {%- if is_update() -%}
        {{ return(materialization_incremental_duckdb()) }}
    {%- endif -%}
    {%- do say_why_rebuilt() -%}
    {{ return(materialization_table_duckdb()) }}
{%- endmaterialization %}

{% materialization versioned_incremental, adapter='bigquery' -%}
    {%- if is_update() -%}
        {{ return(update_on_bigquery()) }}
    {%- endif -%}
    {%- do say_why_rebuilt() -%}
    {{ return(materialization_table_bigquery()) }}
{%- endmaterialization %}
