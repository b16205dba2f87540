-- one row per conversation that is not deleted in Intercom and tag on it
{{ config(cluster_by=['workspace_id', 'tag_id', 'conversation_id']) }}

with

conversation_tags as (
    select * from {{ ref('int_conversation_tags') }}
),

final as (
    select
        conversation_id,
        tag_id,
        workspace_id,
        tag_name,
        applied_by_teammate_id,
        applied_at,
    from conversation_tags
)

select * from final
