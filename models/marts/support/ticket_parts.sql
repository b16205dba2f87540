-- one row per part of a ticket that is not deleted in Intercom
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_ticket_versions'},
    unique_key=['workspace_id', 'ticket_part_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_ticket_versions'), months, record='ticket') }}
),

parts as (
    {{ changed_rows(ref('int_ticket_parts'), months, month='ticket_created_at', record='ticket') }}
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
        built_from,
    from parts
)

select * from final
