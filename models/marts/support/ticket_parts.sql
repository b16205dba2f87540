-- one row per part of a ticket that is not deleted in Intercom
{{ config(materialized='versioned_view', meta={'rows_of': 'int_ticket_parts'}) }}

with

parts as (
    select * from {{ ref('int_ticket_parts') }}
),

final as (
    select
        ticket_part_id,
        ticket_id,
        workspace_id,
        author_id,
        assigned_to_teammate_id,
        assigned_to_team_id,
        updated_attribute_id,

        part_type,
        author_kind,
        author_type,
        author_name,
        author_email,
        -- Intercom replaces a redacted text with a placeholder.
        case when not is_redacted then body end as body,
        attachments_count,
        state_category_before,
        state_category_after,
        updated_attribute_name,
        updated_attribute_value,

        is_message,
        is_opening,
        is_note,
        is_assignment,
        is_state_change,
        is_redacted,
        is_ai_generated,

        created_at,
        updated_at,
        ticket_created_at,
        built_from,
    from parts
)

select * from final
