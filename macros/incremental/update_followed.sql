{#
    An update of a model that others follow: its query gives the version of every record. What differs from the rows before is recorded
    first, and then the new rows replace them. A run that is killed in between records the same changes twice, which does no harm.
    Returns how many records have changed.
#}
{% macro update_followed() %}{{ return(adapter.dispatch('update_followed')()) }}{% endmacro %}

{% macro duckdb__update_followed() -%}
    {%- set fresh = this.incorporate(path={'identifier': this.identifier ~ '__fresh'}, type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create or replace table {{ fresh }} as (
            {{ compiled_code }}
        )
    {%- endcall -%}
    {%- set count = changes_recorded(fresh) -%}
    {%- call statement('replace') -%}
        drop table {{ this }};
        alter table {{ fresh }} rename to {{ this.identifier }}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do describe_table(this.incorporate(type='table')) -%}
    {{ adapter.commit() }}
    {{ return(count) }}
{%- endmacro %}

{% macro bigquery__update_followed() -%}
    {%- set fresh = make_temp_relation(this) -%}
    {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {{ bq_create_table_as(partition_by, False, fresh, compiled_code, 'sql') }}
    {%- endcall -%}
    {%- set count = changes_recorded(fresh) -%}
    {%- call statement('replace') -%}create or replace table {{ this }} copy {{ fresh }}{%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(this, model) -%}
    {{ adapter.drop_relation(fresh) }}
    {{ return(count) }}
{%- endmacro %}
