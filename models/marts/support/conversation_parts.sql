-- one row per part of a conversation that is not deleted in Intercom
-- A view: the stored rows are those of `int_conversation_parts`, which has the bodies once.
{{ config(materialized='versioned_view', meta={'rows_of': 'int_conversation_parts'}) }}

with

parts as (
    select * from {{ ref('int_conversation_parts') }}
),

final as (
    select
        conversation_part_id,
        conversation_id,
        workspace_id,
        author_id,
        case when assigned_to_type = 'admin' then assigned_to_id end as assigned_to_teammate_id,
        case when assigned_to_type = 'team' then assigned_to_id end as assigned_to_team_id,

        part_type,
        author_kind,
        author_type,
        author_name,
        author_email,
        -- Intercom replaces a redacted text with a placeholder.
        case when not is_redacted then body end as body,
        attachments_count,
        state_before,
        state_after,
        event_details,

        is_message,
        is_note,
        is_close,
        is_reopen,
        is_assignment,
        is_redacted,
        is_from_ai_agent or is_ai_answer as is_ai_generated,

        created_at,
        updated_at,
        conversation_created_at,
        built_from,
    from parts
)

select * from final
