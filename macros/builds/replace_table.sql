{#
    Builds a table in full: readers see the old rows until the new ones are there. Returns what a materialization returns.
    On DuckDB it is one statement and one for all comments; dbt's own `table` makes seven.
#}
{% macro replace_table() %}{{ return(adapter.dispatch('replace_table')()) }}{% endmacro %}

{% macro duckdb__replace_table() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set new = this.incorporate(type='table') -%}
    {%- set query = compiled_code -%}
    {{ run_hooks(pre_hooks) }}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(compiled_code) -%}
        {%- set query = get_select_subquery(compiled_code) -%}
    {%- endif -%}
    {%- if existing is not none and not existing.is_table -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace table {{ new }} as (
            {{ query }}
        )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do describe_table(new) -%}
    {{ adapter.commit() }}
    {{ return({'relations': [new]}) }}
{%- endmacro %}

{% macro bigquery__replace_table() -%}
    {{ return(materialization_table_bigquery()) }}
{%- endmacro %}
