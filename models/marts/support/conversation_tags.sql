-- one row per conversation (not deleted in Intercom) and tag on it
{{ config(cluster_by=['workspace_id', 'tag_id', 'conversation_id']) }}

with

conversation_tags as (
    select * from {{ ref('int_conversation_tags') }}
),

tags as (
    select * from {{ ref('tags') }}
),

final as (
    select
        conversation_tags.conversation_id,
        conversation_tags.tag_id,
        conversation_tags.workspace_id,
        -- Renaming a tag changes no conversation, so no conversation is retrieved again: without this, one tag would have two names.
        coalesce(tags.name, conversation_tags.tag_name) as tag_name,
        conversation_tags.applied_by_teammate_id,
        conversation_tags.applied_at,
    from conversation_tags
    left join tags
        on conversation_tags.workspace_id = tags.workspace_id and conversation_tags.tag_id = tags.tag_id
)

select * from final
