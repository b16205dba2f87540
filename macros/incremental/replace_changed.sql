{#
    An update of a model that follows changes: the rows of the conversations (or tickets) that changed go, and the rows of the model's query
    take their place. Both happen at once. Returns what a materialization returns.
    On BigQuery the months of the changes are constants, because it bills a MERGE for every partition that it may touch.
#}
{% macro replace_changed() %}{{ return(adapter.dispatch('replace_changed')()) }}{% endmacro %}

{% macro duckdb__replace_changed() -%}
    {%- set id = record_of(followed_model()) ~ '_id' -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        delete from {{ this }}
        where (workspace_id, {{ id }}) in (
            select (workspace_id, {{ id }}) from ({{ changes_since(changes_taken_in()) }}) as changes
        );
        insert into {{ this }} by name (
            {{ compiled_code }}
        )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% macro bigquery__replace_changed() -%}
    {%- set id = record_of(followed_model()) ~ '_id' -%}
    {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') | list -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        merge into {{ this }} as kept
        using (
            select
                true as is_new_row,
                new_rows.*
            from (
                {{ compiled_code }}
            ) as new_rows
            union all
            select
                false as is_new_row,
                {%- for column in columns %}
                {{ column.strip('`') if column.strip('`') in ['workspace_id', id] else 'null' }} as {{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            from ({{ changes_since(changes_taken_in()) }}) as changes
        ) as given
        on
            not given.is_new_row
            and kept.workspace_id = given.workspace_id
            and kept.{{ id }} = given.{{ id }}
            and {{ in_months('kept.' ~ partition_by.field, changes_of_run().months) if partition_by else 'true' }}
        when matched then delete
        when not matched and given.is_new_row then
            insert ({{ columns | join(', ') }})
            values (
                {%- for column in columns -%}given.{{ column }}{{ ', ' if not loop.last }}{%- endfor -%}
            )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- do persist_docs(this, model) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}
