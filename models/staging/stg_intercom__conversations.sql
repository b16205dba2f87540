-- one row per workspace and conversation ever loaded, also deleted conversations
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'conversations'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversations'), {'workspace_id': '_workspace_id', 'conversation_id': 'id'}, month='created_at') }}",
) }}
{%- set payload = json_document('payload') %}

with

current_versions as (
    {{ newer_rows('conversations', 'conversation_id', order=['updated_at', '_fetched_at', '_loaded_at']) }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,
        {{ json_id(payload, '$.contacts.contacts[0].id') }} as contact_id,
        {{ json_id(payload, '$.company.id') }} as own_company_id,
        {{ json_id(payload, '$.ticket.id') }} as named_ticket_id,
        {{ json_id(payload, '$.admin_assignee_id') }} as teammate_assignee_id,
        {{ json_id(payload, '$.team_assignee_id') }} as team_assignee_id,
        {{ json_id(payload, '$.source.id') }} as source_id,
        {{ json_id(payload, '$.source.author.id') }} as source_author_id,
        {{ json_id(payload, '$.conversation_rating.contact.id') }} as rating_contact_id,
        {{ json_id(payload, '$.conversation_rating.teammate.id') }} as rating_teammate_id,

        state,
        {{ json_str(payload, '$.priority') }} as priority,
        nullif({{ json_str(payload, '$.title') }}, '') as title,
        {{ json_str(payload, '$.channel.initial') }} as channel_initial,
        {{ json_str(payload, '$.channel.current') }} as channel_current,
        {{ json_str(payload, '$.source.type') }} as source_type,
        {{ json_str(payload, '$.source.delivered_as') }} as source_delivered_as,
        nullif({{ json_str(payload, '$.source.subject') }}, '') as source_subject,
        nullif({{ json_str(payload, '$.source.url') }}, '') as source_url,
        {{ json_str(payload, '$.source.author.type') }} as source_author_type,
        {{ json_str(payload, '$.source.author.name') }} as source_author_name,
        {{ json_str(payload, '$.source.author.email') }} as source_author_email,
        {{ stored_body('body_text') }} as source_body,
        {{ json_length(payload, '$.source.attachments') }} as source_attachments_count,
        {{ json_rating(payload, '$.conversation_rating.rating') }} as rating,
        nullif({{ json_str(payload, '$.conversation_rating.remark') }}, '') as rating_remark,
        nullif({{ json_str(payload, '$.sla_applied.sla_name') }}, '') as sla_name,
        {{ json_str(payload, '$.sla_applied.sla_status') }} as sla_status,
        {{ json_str(payload, '$.ai_agent.source_type') }} as ai_agent_source_type,
        {{ json_str(payload, '$.ai_agent.source_title') }} as ai_agent_source_title,
        {{ json_str(payload, '$.ai_agent.last_answer_type') }} as ai_agent_last_answer_type,
        {{ json_str(payload, '$.ai_agent.resolution_state') }} as ai_agent_resolution_state,
        {{ json_rating(payload, '$.ai_agent.rating') }} as ai_agent_rating,
        nullif({{ json_str(payload, '$.ai_agent.rating_remark') }}, '') as ai_agent_rating_remark,
        {{ json_obj(payload, '$.ai_agent.content_sources.content_sources') }} as ai_agent_content_sources,
        {{ json_count(payload, '$.conversation_parts.total_count') }} as parts_total_count,
        {{ json_obj(payload, '$.contacts.contacts') }} as contacts,
        {{ json_obj(payload, '$.teammates.teammates') }} as teammates,
        {{ json_obj(payload, '$.tags.tags') }} as tags,
        {{ json_obj(payload, '$.custom_attributes') }} as custom_attributes,
        nullif({{ json_str(payload, '$.ticket.ticket_type') }}, '') as named_ticket_type,
        {{ ticket_category(json_str(payload, '$.custom_attributes."Ticket category"')) }} as named_ticket_category,
        -- Most conversations have no link. An empty list is not kept, because models that look for links read the lists of all.
        case
            when {{ json_length(payload, '$.linked_objects.data') }} > 0 then {{ json_obj(payload, '$.linked_objects.data') }}
        end as linked_objects,

        {{ json_count(payload, '$.statistics.time_to_assignment') }} as statistics_time_to_assignment_seconds,
        {{ json_count(payload, '$.statistics.time_to_admin_reply') }} as statistics_time_to_admin_reply_seconds,
        {{ json_count(payload, '$.statistics.time_to_first_close') }} as statistics_time_to_first_close_seconds,
        {{ json_count(payload, '$.statistics.time_to_last_close') }} as statistics_time_to_last_close_seconds,
        {{ json_count(payload, '$.statistics.median_time_to_reply') }} as statistics_median_time_to_reply_seconds,
        {{ json_count(payload, '$.statistics.handling_time') }} as statistics_handling_time_seconds,
        {{ json_count(payload, '$.statistics.adjusted_handling_time') }} as statistics_adjusted_handling_time_seconds,
        {{ json_count(payload, '$.statistics.count_reopens') }} as statistics_count_reopens,
        {{ json_count(payload, '$.statistics.count_assignments') }} as statistics_count_assignments,
        {{ json_count(payload, '$.statistics.count_conversation_parts') }} as statistics_count_conversation_parts,
        {{ json_id(payload, '$.statistics.last_closed_by_id') }} as statistics_last_closed_by_id,

        {{ json_bool(payload, '$.open') }} as is_open,
        {{ json_bool(payload, '$.read') }} as is_read,
        {{ are_all_links_shown(payload, '$.linked_objects') }} as is_linked_list_complete,
        coalesce({{ json_bool(payload, '$.source.redacted') }}, false) as is_source_redacted,
        coalesce({{ json_bool(payload, '$.ai_agent_participated') }}, false) as is_ai_agent_participant,
        coalesce({{ json_bool(payload, '$.custom_attributes.Merged') }}, false) as is_marked_as_merged,

        created_at,
        updated_at,
        {{ json_time(payload, '$.waiting_since') }} as waiting_since_at,
        {{ json_time(payload, '$.snoozed_until') }} as snoozed_until_at,
        {{ json_time(payload, '$.first_contact_reply.created_at') }} as first_contact_reply_at,
        {{ json_time(payload, '$.conversation_rating.created_at') }} as rating_requested_at,
        case
            when {{ json_rating(payload, '$.conversation_rating.rating') }} is not null
                then {{ json_time(payload, '$.conversation_rating.updated_at') }}
        end as rating_answered_at,
        {{ json_time(payload, '$.ai_agent.created_at') }} as ai_agent_rating_created_at,
        {{ json_time(payload, '$.ai_agent.updated_at') }} as ai_agent_rating_updated_at,
        {{ json_time(payload, '$.statistics.first_contact_reply_at') }} as statistics_first_contact_reply_at,
        {{ json_time(payload, '$.statistics.first_assignment_at') }} as statistics_first_assignment_at,
        {{ json_time(payload, '$.statistics.first_admin_reply_at') }} as statistics_first_admin_reply_at,
        {{ json_time(payload, '$.statistics.first_close_at') }} as statistics_first_close_at,
        {{ json_time(payload, '$.statistics.last_assignment_at') }} as statistics_last_assignment_at,
        {{ json_time(payload, '$.statistics.last_assignment_admin_reply_at') }}
            as statistics_last_assignment_admin_reply_at,
        {{ json_time(payload, '$.statistics.last_contact_reply_at') }} as statistics_last_contact_reply_at,
        {{ json_time(payload, '$.statistics.last_admin_reply_at') }} as statistics_last_admin_reply_at,
        {{ json_time(payload, '$.statistics.last_close_at') }} as statistics_last_close_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from {{ parsed_once('current_versions', payload) }}
),

final as (
    select * from parsed
)

select * from final
