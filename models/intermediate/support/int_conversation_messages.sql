-- one row per message of a conversation that Intercom still has: the opening message, and the parts that are messages
{{ config(materialized='versioned_view') }}

with

conversations as (
    select * from {{ ref('int_conversations') }}
),

parts as (
    select * from {{ ref('int_conversation_parts') }}
),

opening_messages as (
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
    from conversations
    where is_source_message
),

part_messages as (
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
    from parts
    where is_message
),

final as (
    select * from opening_messages
    union all
    select * from part_messages
)

select * from final
