-- one row per conversation that Intercom still has
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
    where {{ in_months('created_at', months) }}
),

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
    where {{ in_months('conversation_created_at', months) }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_lookups')) }}
),

final as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.contact_id,
        conversations.teammate_assignee_id,
        conversations.team_assignee_id,
        conversations.source_id,
        conversations.source_author_id,
        conversations.rating_contact_id,
        conversations.rating_teammate_id,
        conversations.state,
        conversations.priority,
        conversations.title,
        conversations.channel_initial,
        conversations.channel_current,
        conversations.source_type,
        conversations.source_delivered_as,
        conversations.source_subject,
        conversations.source_author_type,
        conversations.source_author_name,
        conversations.source_author_email,
        conversations.source_body,
        conversations.rating,
        conversations.rating_remark,
        conversations.sla_name,
        conversations.sla_status,
        conversations.ai_agent_source_type,
        conversations.ai_agent_source_title,
        conversations.ai_agent_last_answer_type,
        conversations.ai_agent_resolution_state,
        conversations.ai_agent_rating,
        conversations.ai_agent_rating_remark,
        conversations.ai_agent_content_sources,
        conversations.parts_total_count,
        conversations.contacts,
        conversations.teammates,
        conversations.tags,
        conversations.custom_attributes,
        conversations.linked_objects,
        conversations.is_linked_list_complete,
        conversations.statistics_time_to_admin_reply_seconds,
        conversations.statistics_time_to_first_close_seconds,
        conversations.statistics_time_to_last_close_seconds,
        conversations.statistics_median_time_to_reply_seconds,
        conversations.statistics_handling_time_seconds,
        conversations.statistics_adjusted_handling_time_seconds,
        conversations.statistics_count_reopens,
        conversations.statistics_count_assignments,
        conversations.statistics_count_conversation_parts,
        conversations.is_open,
        conversations.is_read,
        conversations.is_source_redacted,
        conversations.is_ai_agent_participant,
        conversations.is_marked_as_merged,
        conversations.created_at,
        conversations.updated_at,
        conversations.waiting_since_at,
        conversations.snoozed_until_at,
        conversations.first_contact_reply_at,
        conversations.rating_requested_at,
        conversations.rating_answered_at,
        conversations.statistics_first_contact_reply_at,
        conversations.statistics_first_assignment_at,
        conversations.statistics_first_admin_reply_at,
        conversations.statistics_first_close_at,
        conversations.statistics_last_assignment_at,
        conversations.statistics_last_assignment_admin_reply_at,
        conversations.statistics_last_contact_reply_at,
        conversations.statistics_last_admin_reply_at,
        conversations.statistics_last_close_at,
        conversations.fetched_at,
        lookups.contact_email,
        lookups.contact_language,
        lookups.company_id,
        -- The author's type says who is a customer. A message under a teammate's name may come from a campaign, a workflow or a series.
        -- Only `delivered_as` shows this. Without an author, `delivered_as` decides alone.
        case
            when conversations.source_author_type in ('user', 'lead', 'contact', 'visitor') then 'customer'
            when conversations.source_author_type is null and conversations.source_delivered_as = 'customer_initiated' then 'customer'
            when conversations.source_delivered_as in ('campaigns_initiated', 'operator_initiated', 'automated') then 'bot'
            when conversations.source_author_type in ('admin', 'team') then 'teammate'
            when conversations.source_author_type is null and conversations.source_delivered_as = 'admin_initiated' then 'teammate'
            else 'bot'
        end as opened_by,
        -- An empty opening counts too: somebody began every conversation.
        not conversations.is_source_redacted
        and coalesce(
            conversations.source_id, conversations.source_type, conversations.source_author_type, conversations.source_body
        ) is not null as is_source_message,
        lookups.office_hours_schedule_id,
        lookups.office_hours_version,
        lookups.built_from,
    from conversations
    inner join changed
        on
            conversations.workspace_id = changed.workspace_id
            and conversations.conversation_id = changed.conversation_id
    inner join lookups
        on
            conversations.workspace_id = lookups.workspace_id
            and conversations.conversation_id = lookups.conversation_id
)

select * from final
