-- one row per tag, also those gone from Intercom, over the conversations that carry the tag
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{{ config(materialized='versioned_view') }}
with

tags as (
    select * from {{ ref('tags') }}
),

conversation_tags as (
    select * from {{ ref('conversation_tags') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

tagged_conversations as (
    select
        conversation_metrics.*,
        conversation_tags.tag_id,
    from conversation_tags
    inner join conversation_metrics
        on
            conversation_tags.workspace_id = conversation_metrics.workspace_id
            and conversation_tags.conversation_id = conversation_metrics.conversation_id
),

ranked_conversations as (
    {{ with_ranks('tagged_conversations', ['workspace_id', 'tag_id', 'is_merged_away'], ranked_figures()) }}
),

-- A tag can be on a conversation and in no list.
all_tags as (
    select
        workspace_id,
        tag_id,
        name,
        is_deleted,
        0 as preference,
    from tags
    union all
    select
        workspace_id,
        tag_id,
        max(tag_name) as name,
        true as is_deleted,
        1 as preference,
    from conversation_tags
    group by workspace_id, tag_id
),

known_tags as (
    select * from all_tags
    where true
    qualify row_number() over (partition by workspace_id, tag_id order by preference) = 1
),

final as (
    select
        known_tags.tag_id,
        known_tags.workspace_id,
        known_tags.name as tag_name,
        known_tags.is_deleted,
        {{ group_metrics('ranked_conversations', is_ranked=true) }}
    from known_tags
    left join ranked_conversations
        on known_tags.workspace_id = ranked_conversations.workspace_id and known_tags.tag_id = ranked_conversations.tag_id
    group by known_tags.tag_id, known_tags.workspace_id, known_tags.name, known_tags.is_deleted
)

select * from final
