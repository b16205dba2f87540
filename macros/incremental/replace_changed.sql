{#
    An update of a model that follows changes: the rows of what changed (`changed_keys`) go, and the rows of the model's query take their place.
    Both happen at once. Returns what a materialization returns.
    On BigQuery the months of the changes are constants, because it bills a MERGE for every partition that it may touch.
#}
{% macro replace_changed() %}{{ return(adapter.dispatch('replace_changed')()) }}{% endmacro %}

{% macro duckdb__replace_changed() -%}
    {%- set keys = changed_keys() -%}
    {%- set key = '(' ~ keys.columns | join(', ') ~ ')' -%}
    {%- set is_changed = key ~ ' in (select ' ~ key ~ ' from (' ~ keys.query ~ ') as changes)' -%}
    {%- set tells_days = model.config.meta.get('tells_days') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        {%- if tells_days %}{{ record_days(this, is_changed) }};{% endif %}
        delete from {{ this }}
        where {{ is_changed }};
        insert into {{ this }} by name (
            {{ compiled_code }}
        )
        {%- if tells_days %};{{ record_days(this, is_changed) }}{% endif %}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% macro bigquery__replace_changed() -%}
    {%- set keys = changed_keys() -%}
    {%- set partition_by = adapter.parse_partition_by(config.get('partition_by', none)) -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') | list -%}
    {%- set tells_days = model.config.meta.get('tells_days') -%}
    {%- set new_rows = make_temp_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if tells_days -%}
        {%- call statement('new_rows') -%}
            {{ bq_create_table_as(none, True, new_rows, compiled_code, 'sql') }}
        {%- endcall -%}
        {%- set days -%}
            (
                select
                    kept.workspace_id,
                    kept.day,
                from {{ this }} as kept
                inner join ({{ keys.query }}) as changes
                    on {{ same_columns(keys.columns, 'kept', 'changes') }}
                union all
                select
                    workspace_id,
                    day,
                from {{ new_rows }}
            ) as days
        {%- endset -%}
        {%- call statement('record_days') -%}{{ record_days(days) }}{%- endcall -%}
    {%- endif -%}
    {%- call statement('main') -%}
        merge into {{ this }} as kept
        using (
            select
                true as is_new_row,
                new_rows.*
            from {% if tells_days %}{{ new_rows }}{% else %}(
                {{ compiled_code }}
            ){% endif %} as new_rows
            union all
            select
                false as is_new_row,
                {%- for column in columns %}
                {{ column.strip('`') if column.strip('`') in keys.columns else 'null' }} as {{ column }}{{ ',' if not loop.last }}
                {%- endfor %}
            from ({{ keys.query }}) as changes
        ) as given
        on
            not given.is_new_row
            and {{ same_columns(keys.columns, 'kept', 'given') }}
            and {{ in_months('kept.' ~ partition_by.field, months_replaced(), partition_by.data_type) if partition_by else 'true' }}
        when matched then delete
        when not matched and given.is_new_row then
            insert ({{ columns | join(', ') }})
            values (
                {%- for column in columns -%}given.{{ column }}{{ ', ' if not loop.last }}{%- endfor -%}
            )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- if tells_days -%}
        {{ adapter.drop_relation(new_rows) }}
    {%- endif -%}
    {%- do persist_docs(this, model) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}
