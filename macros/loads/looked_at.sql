{#
    A query: the conversations (or tickets) whose rows an update makes again where `looks_at_few`: what was loaded since the model was built, and
    what has changed in the model that it follows, if any. Columns: workspace_id, conversation_id or ticket_id.
    `meta: follows_loads_of` is the raw table of the records.
#}
{% macro looked_at() -%}
    {%- set table = model.config.meta.follows_loads_of -%}
    {%- set id = table.rstrip('s') ~ '_id' -%}
    {%- set raw = graph.sources['source.intercom_warehouse.intercom_raw.' ~ table] -%}
    select distinct
        _workspace_id as workspace_id,
        id as {{ id }},
    from {{ api.Relation.create(database=raw.database, schema=raw.schema, identifier=raw.identifier) }}
    where {{ loaded_since('_loaded_at', last_load_taken_in()) }}
    {%- if followed_model() %}
    union distinct
    select
        workspace_id,
        {{ id }},
    from ({{ listed_changes() }}) as changes
    {%- endif -%}
{%- endmacro %}
