-- one row per conversation that is not deleted in Intercom: every duration (calendar and office hours) and count of it
with

conversations as (
    select * from {{ ref('int_conversations') }}
),

facts as (
    select * from {{ ref('int_conversation_facts') }}
),

names as (
    select * from {{ ref('int_conversation_names') }}
),

teams as (
    select * from {{ ref('stg_intercom__teams') }}
),

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

clocks as (
    select * from {{ ref('int_workspace_clocks') }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

clock_open_seconds as (
    select
        clocks.workspace_id,
        clocks.data_as_of_at,
        office_hours.office_hours_schedule_id,
        office_hours.open_seconds_before
        + case
            when office_hours.is_open then {{ secs_between('office_hours.stretch_from', 'clocks.data_as_of_at') }} else 0
        end as as_of_open_seconds,
    from clocks
    inner join office_hours
        on
            clocks.workspace_id = office_hours.workspace_id
            and cast(clocks.data_as_of_at as date) = office_hours.utc_day
            and clocks.data_as_of_at >= office_hours.stretch_from
            and clocks.data_as_of_at < office_hours.stretch_to
),

-- The close may be past the 500 parts that Intercom shows: its own record of the time stands in.
unseen_closes as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.statistics_last_close_at as closed_at,
        office_hours.open_seconds_before
        + case
            when office_hours.is_open
                then {{ secs_between('office_hours.stretch_from', 'conversations.statistics_last_close_at') }}
            else 0
        end as closed_open_seconds,
    from conversations
    inner join facts
        on
            conversations.workspace_id = facts.workspace_id
            and conversations.conversation_id = facts.conversation_id
    inner join office_hours
        on
            conversations.workspace_id = office_hours.workspace_id
            and conversations.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and cast(conversations.statistics_last_close_at as date) = office_hours.utc_day
            and conversations.statistics_last_close_at >= office_hours.stretch_from
            and conversations.statistics_last_close_at < office_hours.stretch_to
    where conversations.state = 'closed' and facts.last_close_at is null
),

closings as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        -- A close that was followed by a reopening is no resolution.
        case when conversations.state = 'closed' then coalesce(facts.last_close_at, unseen_closes.closed_at) end as closed_at,
        case
            when conversations.state = 'closed' then coalesce(facts.last_close_open_seconds, unseen_closes.closed_open_seconds)
        end as closed_open_seconds,
        -- least() of a null is null on one engine and the other value on the other.
        least(
            coalesce(facts.first_reply_at, facts.first_bot_reply_at),
            coalesce(facts.first_bot_reply_at, facts.first_reply_at)
        ) as first_any_reply_at,
        least(
            coalesce(facts.first_reply_open_seconds, facts.first_bot_reply_open_seconds),
            coalesce(facts.first_bot_reply_open_seconds, facts.first_reply_open_seconds)
        ) as first_any_reply_open_seconds,
    from conversations
    inner join facts
        on
            conversations.workspace_id = facts.workspace_id
            and conversations.conversation_id = facts.conversation_id
    left join unseen_closes
        on
            conversations.workspace_id = unseen_closes.workspace_id
            and conversations.conversation_id = unseen_closes.conversation_id
),

final as (
    select
        conversations.conversation_id,
        conversations.workspace_id,
        conversations.contact_id,
        conversations.company_id,
        conversations.teammate_assignee_id as assigned_teammate_id,
        conversations.team_assignee_id as assigned_team_id,
        -- What is assigned now was assigned by something: by a part that is no longer shown, or together with a teammate.
        coalesce(facts.first_assigned_team_id, conversations.team_assignee_id) as first_team_id,
        coalesce(conversations.team_assignee_id, facts.last_assigned_team_id) as last_team_id,
        facts.first_teammate_id,
        facts.last_teammate_id,
        case when conversations.opened_by = 'customer' then facts.first_reply_teammate_id end as first_reply_teammate_id,
        facts.first_closed_by_id,
        facts.last_closed_by_id,
        facts.first_close_teammate_id,
        facts.last_close_teammate_id,
        facts.first_customer_id,
        facts.last_customer_id,
        conversations.rating_teammate_id,
        conversations.office_hours_schedule_id,

        conversations.state,
        case
            when conversations.opened_by <> 'bot' then conversations.opened_by
            when conversations.source_delivered_as in ('campaigns_initiated', 'automated') then 'campaign'
            else 'bot'
        end as started_by,
        conversations.source_author_type as author_type,
        conversations.source_type,
        conversations.source_delivered_as as delivered_as,
        coalesce(conversations.channel_initial, conversations.source_type) as channel,
        coalesce(conversations.channel_current, conversations.channel_initial, conversations.source_type)
            as channel_current,
        coalesce(
            nullif({{ json_str('conversations.custom_attributes', '$.Language') }}, ''),
            contacts.language_override,
            contacts.browser_language
        ) as language,
        conversations.priority,
        conversations.title,
        conversations.source_subject as subject,
        first_teams.name as first_team_name,
        last_teams.name as last_team_name,
        names.contact_names,
        names.company_names,
        names.teammate_names,
        facts.first_closed_by_kind,
        facts.last_closed_by_kind,
        conversations.sla_name,
        conversations.sla_status,
        conversations.rating,
        case when conversations.rating is not null then conversations.rating_remark end as rating_remark,
        conversations.ai_agent_source_type,
        conversations.ai_agent_source_title,
        conversations.ai_agent_last_answer_type,
        conversations.ai_agent_resolution_state,
        conversations.ai_agent_rating,
        conversations.ai_agent_rating_remark,

        facts.count_parts,
        facts.count_messages,
        facts.count_customer_messages,
        facts.count_teammate_messages,
        facts.count_bot_messages,
        facts.count_notes,
        facts.count_replies,
        facts.count_assignments,
        facts.count_team_handovers,
        facts.count_closes,
        facts.count_reopens,
        facts.count_teammates,
        names.count_contacts,

        {{ secs_between('conversations.created_at', 'facts.first_assignment_at') }}
            as time_to_first_assignment_seconds,
        facts.first_assignment_open_seconds - facts.created_open_seconds as time_to_first_assignment_office_seconds,
        {{ secs_between('conversations.created_at', 'facts.last_assignment_at') }} as time_to_last_assignment_seconds,
        facts.last_assignment_open_seconds - facts.created_open_seconds as time_to_last_assignment_office_seconds,
        -- When nobody wrote in, there is nobody to be replied to: outbound messages would show as instant replies.
        case
            when conversations.opened_by = 'customer'
                then {{ secs_between('conversations.created_at', 'facts.first_reply_at') }}
        end as time_to_first_reply_seconds,
        case
            when conversations.opened_by = 'customer'
                then facts.first_reply_open_seconds - facts.created_open_seconds
        end as time_to_first_reply_office_seconds,
        case
            when conversations.opened_by = 'customer'
                then {{ secs_between('conversations.created_at', 'facts.first_bot_reply_at') }}
        end as time_to_first_bot_reply_seconds,
        case
            when conversations.opened_by = 'customer'
                then facts.first_bot_reply_open_seconds - facts.created_open_seconds
        end as time_to_first_bot_reply_office_seconds,
        case
            when conversations.opened_by = 'customer'
                then {{ secs_between('conversations.created_at', 'closings.first_any_reply_at') }}
        end as time_to_first_any_reply_seconds,
        case
            when conversations.opened_by = 'customer'
                then closings.first_any_reply_open_seconds - facts.created_open_seconds
        end as time_to_first_any_reply_office_seconds,
        {{ secs_between('facts.first_customer_message_at', 'facts.first_reply_after_customer_at') }}
            as time_to_first_reply_after_customer_seconds,
        facts.first_reply_after_customer_open_seconds - facts.first_customer_message_open_seconds
            as time_to_first_reply_after_customer_office_seconds,
        facts.median_reply_seconds as median_time_to_reply_seconds,
        facts.median_reply_office_seconds as median_time_to_reply_office_seconds,
        facts.max_reply_seconds as max_time_to_reply_seconds,
        facts.max_reply_office_seconds as max_time_to_reply_office_seconds,
        facts.median_next_reply_seconds as median_time_to_next_reply_seconds,
        facts.median_next_reply_office_seconds as median_time_to_next_reply_office_seconds,
        facts.max_next_reply_seconds as max_time_to_next_reply_seconds,
        facts.max_next_reply_office_seconds as max_time_to_next_reply_office_seconds,
        {{ secs_between('conversations.created_at', 'facts.first_close_at') }} as time_to_first_close_seconds,
        facts.first_close_open_seconds - facts.created_open_seconds as time_to_first_close_office_seconds,
        {{ secs_between('conversations.created_at', 'facts.last_close_at') }} as time_to_last_close_seconds,
        facts.last_close_open_seconds - facts.created_open_seconds as time_to_last_close_office_seconds,
        {{ secs_between('conversations.created_at', 'facts.first_teammate_close_at') }}
            as time_to_first_teammate_close_seconds,
        facts.first_teammate_close_open_seconds - facts.created_open_seconds
            as time_to_first_teammate_close_office_seconds,
        {{ secs_between('conversations.created_at', 'facts.last_teammate_close_at') }}
            as time_to_last_teammate_close_seconds,
        facts.last_teammate_close_open_seconds - facts.created_open_seconds
            as time_to_last_teammate_close_office_seconds,
        {{ secs_between('conversations.created_at', 'closings.closed_at') }} as time_to_resolution_seconds,
        closings.closed_open_seconds - facts.created_open_seconds as time_to_resolution_office_seconds,
        facts.handling_seconds,
        facts.handling_office_seconds,
        facts.waiting_for_customer_seconds,
        facts.waiting_for_customer_office_seconds,
        {{ secs_between('facts.open_wait_since_at', 'clock_open_seconds.data_as_of_at') }} as open_wait_seconds,
        clock_open_seconds.as_of_open_seconds - facts.open_wait_open_seconds as open_wait_office_seconds,

        conversations.is_read,
        conversations.is_ai_agent_participant,
        coalesce(conversations.ai_agent_resolution_state in ('assumed_resolution', 'confirmed_resolution'), false)
            as is_ai_agent_resolved,
        facts.first_bot_reply_at is not null and facts.count_teammate_messages = 0 as is_bot_only,
        -- Intercom shows the 500 most recent parts: of a thread first seen later the beginning is missing.
        facts.count_parts >= coalesce(conversations.parts_total_count, 0) as is_thread_complete,

        conversations.created_at,
        conversations.updated_at,
        closings.closed_at,
        facts.first_customer_message_at,
        facts.last_customer_message_at,
        case when conversations.opened_by = 'customer' then facts.first_reply_at end as first_reply_at,
        case when conversations.opened_by = 'customer' then facts.first_bot_reply_at end as first_bot_reply_at,
        facts.first_reply_after_customer_at,
        facts.last_teammate_message_at,
        facts.first_assignment_at,
        facts.last_assignment_at,
        facts.first_close_at,
        facts.last_close_at,
        facts.first_teammate_close_at,
        facts.last_teammate_close_at,
        facts.first_reopen_at,
        facts.last_reopen_at,
        facts.last_event_at,
        facts.open_wait_since_at,
        conversations.waiting_since_at,
        conversations.snoozed_until_at,
        conversations.rating_requested_at,
        conversations.rating_answered_at,
        clock_open_seconds.data_as_of_at,
    from conversations
    inner join facts
        on
            conversations.workspace_id = facts.workspace_id
            and conversations.conversation_id = facts.conversation_id
    inner join closings
        on
            conversations.workspace_id = closings.workspace_id
            and conversations.conversation_id = closings.conversation_id
    left join names
        on
            conversations.workspace_id = names.workspace_id
            and conversations.conversation_id = names.conversation_id
    left join contacts
        on conversations.workspace_id = contacts.workspace_id and conversations.contact_id = contacts.contact_id
    left join teams as first_teams
        on
            conversations.workspace_id = first_teams.workspace_id
            and coalesce(facts.first_assigned_team_id, conversations.team_assignee_id) = first_teams.team_id
    left join teams as last_teams
        on
            conversations.workspace_id = last_teams.workspace_id
            and coalesce(conversations.team_assignee_id, facts.last_assigned_team_id) = last_teams.team_id
    left join clock_open_seconds
        on
            conversations.workspace_id = clock_open_seconds.workspace_id
            and conversations.office_hours_schedule_id = clock_open_seconds.office_hours_schedule_id
)

select * from final
