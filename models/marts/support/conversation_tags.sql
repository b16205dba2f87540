-- one row per conversation (not deleted in Intercom) and tag on it
{{ config(materialized='versioned_view') }}

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
