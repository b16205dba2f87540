-- one row per content source that the AI agent used: how the conversations with it ended
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{{ config(materialized='versioned_view') }}
with

contents as (
    select * from {{ ref('ai_agent_contents') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

-- The customer of a conversation that was merged into another is served there.
used as (
    select
        contents.*,
        not conversation_metrics.is_merged_away as is_counted,
        conversation_metrics.is_ai_agent_resolved,
        conversation_metrics.is_ai_agent_handed_over,
        conversation_metrics.ai_agent_rating,
    from contents
    inner join conversation_metrics
        on
            contents.workspace_id = conversation_metrics.workspace_id
            and contents.conversation_id = conversation_metrics.conversation_id
),

counted as (
    select
        workspace_id,
        content_source_key,
        max(content_type) as content_type,
        max(url) as url,
        max(article_id) as article_id,
        {{ count_if('is_counted') }} as conversations,
        {{ count_if('is_counted and is_ai_agent_resolved') }} as ai_agent_resolved_conversations,
        {{ count_if('is_counted and is_ai_agent_handed_over') }} as ai_agent_handed_over_conversations,
        count(ai_agent_rating) as ai_agent_ratings,
        {{ count_if('ai_agent_rating >= 4') }} as ai_agent_ratings_satisfied,
        min(conversation_created_at) as first_conversation_at,
        max(conversation_created_at) as last_conversation_at,
    from used
    group by workspace_id, content_source_key
),

-- A title can change while the address stays.
last_titles as (
    select
        workspace_id,
        content_source_key,
        title,
    from used
    where true
    qualify
        row_number() over (
            partition by workspace_id, content_source_key
            order by conversation_created_at desc, length(conversation_id) desc, conversation_id desc
        ) = 1
),

final as (
    select
        counted.content_source_key,
        counted.workspace_id,
        counted.article_id,

        counted.content_type,
        last_titles.title,
        counted.url,

        counted.conversations,
        counted.ai_agent_resolved_conversations,
        counted.ai_agent_handed_over_conversations,
        {{ safe_share('counted.ai_agent_resolved_conversations', 'counted.conversations') }} as ai_agent_resolution_rate,
        {{ safe_share('counted.ai_agent_handed_over_conversations', 'counted.conversations') }} as ai_agent_handover_rate,
        counted.ai_agent_ratings,
        counted.ai_agent_ratings_satisfied,
        {{ safe_share('counted.ai_agent_ratings_satisfied', 'counted.ai_agent_ratings') }} as ai_agent_csat,

        counted.first_conversation_at,
        counted.last_conversation_at,
    from counted
    inner join last_titles
        on
            counted.workspace_id = last_titles.workspace_id
            and counted.content_source_key = last_titles.content_source_key
)

select * from final
