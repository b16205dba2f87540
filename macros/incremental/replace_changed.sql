{#
    An update of a model that follows changes: the rows of what changed (`changed_keys`) go, and the rows of the model's query take their place.
    Both happen at once. Where others depend on what is replaced, the rows are compared first (`compare_replaced`).
    Returns what a materialization returns.
    On BigQuery the months of the changes are constants, because it bills a MERGE for every partition that it may touch. The new rows stay
    a table of their own for a while where others of this run read them (`keeps_new_rows`).
#}
{% macro replace_changed() %}{{ return(adapter.dispatch('replace_changed')()) }}{% endmacro %}

{% macro duckdb__replace_changed() -%}
    {%- set keys = changed_keys() -%}
    {%- set key = '(' ~ keys.columns | join(', ') ~ ')' -%}
    {%- set is_changed = key ~ ' in (select ' ~ key ~ ' from (' ~ keys.query ~ ') as changes)' -%}
    {%- set is_compared = compares_replaced() -%}
    {%- set new_rows = make_temp_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if is_compared -%}
        {%- call statement('new_rows') -%}
            create or replace temporary table {{ new_rows }} as (
                {{ compiled_code }}
            )
        {%- endcall -%}
        {%- do compare_replaced(new_rows, keys) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        delete from {{ this }}
        where {{ is_changed }};
        insert into {{ this }} by name {% if is_compared %}from {{ new_rows }};
        drop table {{ new_rows }}
        {%- else %}(
            {{ compiled_code }}
        )
        {%- endif %}
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {{ adapter.commit() }}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}

{% macro bigquery__replace_changed() -%}
    {%- set keys = changed_keys() -%}
    {%- set columns = adapter.get_columns_in_relation(this) | map(attribute='quoted') | list -%}
    {%- set is_kept = keeps_new_rows() -%}
    {%- set is_made_first = is_kept or compares_replaced() -%}
    {%- set new_rows = make_temp_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {%- if is_made_first -%}
        {%- call statement('new_rows') -%}
            {{ bq_create_table_as(none, True, new_rows, compiled_code, 'sql') }}
        {%- endcall -%}
    {%- endif -%}
    {%- if compares_replaced() -%}
        {%- do compare_replaced(new_rows, keys) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        merge into {{ this }} as kept
        using (
            select
                true as is_new_row,
                new_rows.*
            from {% if is_made_first %}{{ new_rows }}{% else %}(
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
            and {{ is_in_months_replaced('kept') }}
        when matched then delete
        when not matched and given.is_new_row then
            insert ({{ columns | join(', ') }})
            values (
                {%- for column in columns -%}given.{{ column }}{{ ', ' if not loop.last }}{%- endfor -%}
            )
    {%- endcall -%}
    {{ run_hooks(post_hooks) }}
    {%- if is_kept -%}
        {%- do remembered('new_rows').update({this.schema ~ '.' ~ this.identifier: {'relation': new_rows, 'made_for': changes_key()}}) -%}
    {%- elif is_made_first -%}
        {{ adapter.drop_relation(new_rows) }}
    {%- endif -%}
    {%- do persist_docs(this, model) -%}
    {{ return({'relations': [this.incorporate(type='table')]}) }}
{%- endmacro %}
