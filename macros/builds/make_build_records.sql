{#
    Before a build: makes the tables of `build_record` where they are missing, reads what is recorded, and records that this run began.
    A run that is killed never records its end. The next run then trusts nothing that would let it leave out a model. The same holds after a
    purge, which takes rows out of models' tables, too.
#}
{% macro make_build_records() -%}
    {%- if builds_ours() -%}
        {%- set text = dbt.type_string() -%}
        {%- do make_build_record('builds', {
            'node': text, 'inputs': text, 'rows_version': text, 'taken_in': 'bigint', 'rows_missing': 'bigint', 'loaded_to': 'bigint',
            'recorded_in': 'bigint',
        }) -%}
        {%- do make_build_record('changes', {
            'followed': text, 'workspace_id': text, 'conversation_id': text, 'ticket_id': text, 'created_at': 'timestamp',
            'built_from': text, 'changed_in': 'bigint', 'changed_on': 'date',
        }, partition_by='changed_on') -%}
        {%- do make_build_record('changed_days', {
            'told_by': text, 'workspace_id': text, 'day': 'date', 'changed_in': 'bigint', 'changed_on': 'date',
        }, partition_by='changed_on') -%}
        {%- set last = builds_before()['*'] -%}
        {%- if last.rows_version == 'begun' or (last.rows_version and last.rows_missing | int != all_rows_missing()) -%}
            {%- do run_query('update ' ~ build_record('builds') ~ " set inputs = null, rows_version = null where node <> '*'") -%}
            {%- do graph.pop('builds_before') -%}
            {%- do builds_before() -%}
            {%- if last.rows_version != 'begun' -%}
                {%- do record_purge() -%}
            {%- endif -%}
        {%- endif -%}
        {%- do record_builds_of([{'node': '*', 'rows_version': 'begun'}]) -%}
        {#- dbt rolls back what its hooks before a run wrote on DuckDB, and a run that is killed would leave no trace. -#}
        {%- if target.type == 'duckdb' -%}
            {%- do adapter.commit() -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
