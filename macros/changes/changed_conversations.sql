{#
    A query: the conversations whose rows a model that follows changes has to build again, or all of them in a full build.
    `versions` is the followed model; it has workspace_id, conversation_id, conversation_created_at and built_from. The record of its changes
    has the same, so an update leaves the model's own rows unread. `record`: the same for tickets, in columns ticket_id and
    ticket_created_at.
#}
{% macro changed_conversations(versions, record='conversation') -%}
    {%- set is_updated = is_update() -%}
    select
        workspace_id,
        {{ record }}_id,
        {{ 'created_at as ' if is_updated }}{{ record }}_created_at,
        built_from,
    {%- if is_updated %}
    from ({{ listed_changes() }}) as changes
    where built_from is not null
    {%- else %}
    from {{ versions }}
    {%- endif -%}
{%- endmacro %}
