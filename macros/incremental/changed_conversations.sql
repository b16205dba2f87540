{#
    A query: the conversations whose rows a model that follows changes has to build again, or all of them in a full build.
    `versions` is the followed model; it has workspace_id, conversation_id, conversation_created_at and built_from. `months` come from
    `changed_months`. `record`: the same for tickets, in columns ticket_id and ticket_created_at.
#}
{% macro changed_conversations(versions, months=none, record='conversation') -%}
    select
        versions.workspace_id,
        versions.{{ record }}_id,
        versions.{{ record }}_created_at,
        versions.built_from,
    from {{ versions }} as versions
    {%- if is_update() %}
    inner join ({{ changes_since(changes_taken_in()) }}) as changes
        on versions.workspace_id = changes.workspace_id and versions.{{ record }}_id = changes.{{ record }}_id
    where {{ in_months('versions.' ~ record ~ '_created_at', months) }}
    {%- endif -%}
{%- endmacro %}
