{#
    A query: one row per message of conversations, the opening message and the parts that are messages. `conversations` has columns of
    `int_conversations`, `parts` has columns of `int_conversation_parts`. Messages are a view: a model that needs those of few conversations
    alone takes them from the rows of these.
#}
{% macro messages_of(conversations, parts) -%}
    select
        workspace_id,
        conversation_id,
        'opening' as message_id,
        cast(null as string) as conversation_part_id,
        source_author_id as author_id,
        opened_by as author_kind,
        source_body as body,
        true as is_opening,
        created_at as sent_at,
        created_at as conversation_created_at,
    from {{ conversations }}
    where is_source_message
    union all
    select
        workspace_id,
        conversation_id,
        conversation_part_id as message_id,
        conversation_part_id,
        author_id,
        author_kind,
        body,
        false as is_opening,
        created_at as sent_at,
        conversation_created_at,
    from {{ parts }}
    where is_message
{%- endmacro %}
