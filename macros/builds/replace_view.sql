{#
    Makes a view of a model, or makes it again. Returns what a materialization returns. dbt-duckdb's own view names the file (`without_database`),
    and makes five statements of one.
#}
{% macro replace_view() %}{{ return(adapter.dispatch('replace_view')()) }}{% endmacro %}

{% macro duckdb__replace_view() -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set new = this.incorporate(type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if config.get('contract').enforced -%}
        {%- do get_assert_columns_equivalent(compiled_code) -%}
    {%- endif -%}
    {%- if existing is not none and not existing.is_view -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        create or replace view {{ new }} as (
            {{ without_database(compiled_code) }}
        )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(new, model) -%}
    {{ adapter.commit() }}
    {{ return({'relations': [new]}) }}
{%- endmacro %}

{% macro bigquery__replace_view() -%}
    {{ return(materialization_view_bigquery()) }}
{%- endmacro %}
