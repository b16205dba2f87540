-- one row per conversation that Intercom still has and tag on it, by the name that the tag has now
{{ config(materialized='versioned_view') }}

with

conversation_tags as (
    select * from {{ ref('int_conversation_tags') }}
),

tags as (
    select * from {{ ref('stg_intercom__tags') }}
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
        conversation_tags.conversation_created_at,
    from conversation_tags
    left join tags
        on conversation_tags.workspace_id = tags.workspace_id and conversation_tags.tag_id = tags.tag_id
)

select * from final
