-- one row per conversation (not deleted in Intercom) and tag on it
{{ config(cluster_by=['workspace_id', 'tag_id', 'conversation_id']) }}

with

conversation_tag_names as (
    select * from {{ ref('int_conversation_tag_names') }}
),

final as (
    select
        conversation_id,
        tag_id,
        workspace_id,
        tag_name,
        applied_by_teammate_id,
        applied_at,
    from conversation_tag_names
)

select * from final
