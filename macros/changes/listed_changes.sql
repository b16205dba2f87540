{#
    A query: what `changes_of_run` found that the model has to take in, as constants where they are few, else from the record. Columns:
    workspace_id, conversation_id or ticket_id, created_at and built_from; or workspace_id and the period.
    On BigQuery constants save the least amount that it bills for each table that a statement names.
#}
{% macro listed_changes() -%}
    {%- set rows = changes_of_run().rows -%}
    {%- if rows is none -%}
        {{ return(changes_since(changes_taken_in()) if followed_model() else changed_periods()) }}
    {%- endif -%}
    {%- set columns = ['workspace_id string', model.config.meta.period ~ ' date'] -%}
    {%- if followed_model() -%}
        {%- set columns = [
            'workspace_id string', record_of(followed_model()) ~ '_id string', 'created_at timestamp', 'built_from string'
        ] -%}
    {%- endif -%}
    {%- set constants = [] -%}
    {%- for row in rows -%}
        {%- set values = [] -%}
        {%- for column in columns -%}
            {%- set text = row[loop.index0] -%}
            {%- set type = column.split(' ')[1] -%}
            {%- do values.append('null' if text is none else ((type ~ ' ' if type != 'string' else '') ~ text_literal(text))) -%}
        {%- endfor -%}
        {%- do constants.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    select * from unnest(array<struct<{{ columns | join(', ') }}>>[{{ constants | join(', ') }}])
{%- endmacro %}
