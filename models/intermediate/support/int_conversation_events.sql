-- one row per event of a conversation, in order: the opening, then each of its parts
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'logic_version': 4},
    unique_key=['workspace_id', 'conversation_id', 'event_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

parts as (
    select * from {{ new_rows_of(ref('int_conversation_parts')) }}
    where {{ in_months('conversation_created_at', months) }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

gaps as (
    select * from {{ ref('int_conversation_gaps') }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

changed_conversations as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.source_author_id,
        conversations.source_author_type,
        conversations.opened_by,
        conversations.is_source_message,
        conversations.created_at,
        conversations.office_hours_schedule_id,
        conversations.fetched_at,
        changed.built_from,
    from conversations
    inner join changed
        on
            conversations.workspace_id = changed.workspace_id
            and conversations.conversation_id = changed.conversation_id
),

openings as (
    select
        workspace_id,
        conversation_id,
        'opening' as event_id,
        source_author_id as author_id,
        cast(null as string) as assigned_to_teammate_id,
        cast(null as string) as assigned_to_team_id,
        opened_by as author_kind,
        cast(null as string) as state_before,
        cast(null as string) as state_after,
        coalesce(source_author_type, '') = 'team' as is_by_a_whole_team,
        true as is_opening,
        is_source_message as is_message,
        false as is_note,
        false as is_close,
        false as is_merge,
        false as is_reopen,
        false as is_snooze_of_closed,
        false as is_after_unseen_close,
        false as is_after_told_close,
        cast(null as timestamp) as recorded_close_at,
        false as is_snooze,
        false as is_waking,
        false as is_assignment,
        false as is_unassignment,
        false as is_redacted_message,
        false as is_by_ai_as_admin,
        created_at as happened_at,
        created_at as dated_at,
        -- The opening comes before every part, also before a part of the same second.
        0 as kind_order,
        office_hours_schedule_id,
        fetched_at,
        created_at as conversation_created_at,
        built_from,
    from changed_conversations
),

thread_events as (
    select
        parts.workspace_id,
        parts.conversation_id,
        parts.conversation_part_id as event_id,
        parts.author_id,
        case when parts.assigned_to_type = 'admin' then parts.assigned_to_id end as assigned_to_teammate_id,
        case when parts.assigned_to_type = 'team' then parts.assigned_to_id end as assigned_to_team_id,
        parts.author_kind,
        parts.state_before,
        parts.state_after,
        coalesce(parts.author_type, '') = 'team' as is_by_a_whole_team,
        false as is_opening,
        parts.is_message,
        parts.is_note,
        parts.is_close,
        parts.is_merge,
        parts.is_reopen,
        -- The conversation was not reopened, but is no longer closed.
        coalesce((parts.state_before = 'closed' or parts.is_after_told_close) and parts.state_after = 'snoozed', false)
            as is_snooze_of_closed,
        -- The next part is already marked as closed after a change without a part.
        coalesce(not parts.is_close and not parts.is_merge and parts.state_before <> 'closed' and parts.state_after = 'closed', false)
            as is_after_unseen_close,
        coalesce(parts.is_after_told_close, false) as is_after_told_close,
        parts.recorded_close_at,
        coalesce(parts.state_after = 'snoozed', false) as is_snooze,
        coalesce(parts.state_before = 'snoozed' and parts.state_after = 'open' and not parts.is_after_told_close, false) as is_waking,
        -- An unassignment is no assignment.
        parts.is_assignment and parts.assigned_to_id is not null as is_assignment,
        parts.is_assignment and parts.assigned_to_id is null as is_unassignment,
        parts.is_redacted_message,
        parts.author_kind = 'bot' and coalesce(parts.author_type, '') = 'admin' as is_by_ai_as_admin,
        -- An imported or merged part may be dated before the conversation. Its time is then the creation, because its own date would
        -- give replies with negative times.
        {{ later_of('parts.created_at', 'changed_conversations.created_at') }} as happened_at,
        parts.created_at as dated_at,
        1 as kind_order,
        changed_conversations.office_hours_schedule_id,
        changed_conversations.fetched_at,
        changed_conversations.created_at as conversation_created_at,
        changed_conversations.built_from,
    from parts
    inner join changed_conversations
        on
            parts.workspace_id = changed_conversations.workspace_id
            and parts.conversation_id = changed_conversations.conversation_id
),

events as (
    select * from openings
    union all
    select * from thread_events
),

-- Every instant is in exactly one stretch of its day, so the join compares the day and two times.
with_open_seconds as (
    select
        events.*,
        coalesce(gaps.is_after_gap, false) as is_after_gap,
        coalesce(gaps.is_before_gap, false) as is_before_gap,
        {{ open_seconds_at('office_hours', 'events.happened_at', 'events.fetched_at') }} as open_seconds_at,
    from events
    left join office_hours
        on
            events.workspace_id = office_hours.workspace_id
            and events.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'events.happened_at') }}
    left join gaps
        on
            events.workspace_id = gaps.workspace_id
            and events.conversation_id = gaps.conversation_id
            and events.event_id = gaps.event_id
),

positioned as (
    select
        *,
        -- Ids of one conversation ascend, but as text '9' would follow '10'.
        row_number() over (
            partition by workspace_id, conversation_id order by kind_order, dated_at, length(event_id), event_id
        ) as position,
        coalesce(max(case when author_kind = 'customer' and (is_message or is_opening) then 1 end) over (
            partition by workspace_id, conversation_id order by kind_order, dated_at, length(event_id), event_id
            rows between unbounded preceding and 1 preceding
        ), 0) = 1 as is_after_customer_message,
    from with_open_seconds
),

final as (
    select
        workspace_id,
        conversation_id,
        event_id,
        position,
        author_id,
        assigned_to_teammate_id,
        assigned_to_team_id,

        author_kind,
        -- Whose turn it is from here on; null where the event changes nothing. After a customer's message the team has the turn, after
        -- a human's answer the customer, after a close or a merge nobody. A message below a closed conversation leaves it closed.
        case
            when is_close or is_merge then 'nobody'
            when author_kind = 'customer' and (is_message or is_opening)
                then case when state_before = 'closed' and state_after = 'closed' then 'nobody' else 'team' end
            when author_kind = 'teammate' and (is_message or is_opening)
                then case when (state_before = 'closed' or is_after_told_close) and not is_reopen then 'nobody' else 'customer' end
        end as turn_after,

        is_by_a_whole_team,
        is_opening,
        is_message,
        is_note,
        is_close,
        is_merge,
        is_reopen,
        is_snooze_of_closed,
        is_after_unseen_close,
        is_after_told_close,
        recorded_close_at,
        is_snooze,
        is_waking,
        is_assignment,
        is_unassignment,
        is_redacted_message,
        is_by_ai_as_admin,
        is_after_customer_message,
        is_after_gap,
        is_before_gap,

        happened_at,
        open_seconds_at,
        conversation_created_at,
        built_from,
    from positioned
)

select * from final
