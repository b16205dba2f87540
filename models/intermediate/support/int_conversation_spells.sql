-- one row per time in which a conversation was not closed: from its opening or a reopening to the close after it
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'logic_version': 3},
    unique_key=['workspace_id', 'conversation_id', 'spell_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

retrievals as (
    {{ changed_rows(ref('stg_intercom__conversation_retrievals'), months) }}
),

seen_open as (
    select distinct
        workspace_id,
        conversation_id,
    from retrievals
    where state <> 'closed'
),

-- A conversation that a teammate sent by the API begins closed. Nothing opened it unless something tells so.
conversations as (
    select
        sent_or_opened.*,
        coalesce(sent_or_opened.opened_by = 'customer', false)
        or sent_or_opened.state <> 'closed'
        or sent_or_opened.statistics_last_close_at is not null
        or seen_open.conversation_id is not null as was_ever_open,
    from ({{ changed_rows(ref('int_conversations'), months, month='created_at') }}) as sent_or_opened
    left join seen_open
        on
            sent_or_opened.workspace_id = seen_open.workspace_id
            and sent_or_opened.conversation_id = seen_open.conversation_id
),

recorded_closes as (
    {{ recorded_closes('conversations', 'retrievals', 'events') }}
),

events_with_before as (
    select
        *,
        lag(happened_at) over (partition by workspace_id, conversation_id order by position) as event_before_at,
    from events
),

-- A merge into another conversation closes as a close does. Even positions are of events, odd ones of closes that no part shows. Such a
-- close comes just before the event that opens the conversation again or says closed too. Without a record it has the time of the event
-- before, as it has at the end of a thread.
all_changes_and_signs as (
    select
        workspace_id,
        conversation_id,
        event_id,
        2 * position as position,
        author_id,
        author_kind,
        is_close,
        coalesce(is_close or is_merge, false) as is_closing,
        is_reopen,
        is_snooze_of_closed,
        false as is_told,
        false as is_recorded,
        happened_at,
    from events_with_before
    where is_close or is_merge or is_reopen or is_snooze_of_closed or is_after_unseen_close
    union all
    select
        workspace_id,
        conversation_id,
        event_id,
        2 * position - 1 as position,
        cast(null as string) as author_id,
        cast(null as string) as author_kind,
        false as is_close,
        false as is_closing,
        false as is_reopen,
        false as is_snooze_of_closed,
        true as is_told,
        recorded_close_at is not null as is_recorded,
        coalesce(recorded_close_at, event_before_at) as happened_at,
    from events_with_before
    where is_after_told_close
),

changes_and_signs as (
    select
        *,
        coalesce(is_closing or is_reopen or is_snooze_of_closed, false) as is_shown,
        lead(is_closing) over (partition by workspace_id, conversation_id order by position) as is_close_next,
        lead(happened_at) over (partition by workspace_id, conversation_id order by position) as next_happened_at,
        max(case when is_reopen or is_snooze_of_closed then happened_at end) over (
            partition by workspace_id, conversation_id order by position
            rows between unbounded preceding and 1 preceding
        ) as reopened_at,
    from all_changes_and_signs
),

changes as (
    {{ shown_state_changes('changes_and_signs', 'conversations', 'recorded_closes') }}
),

last_signs as (
    select
        workspace_id,
        conversation_id,
        happened_at,
    from changes_and_signs
    where not is_shown and is_close_next is null
),

unseen_first_changes as (
    {{ unseen_first_changes('conversations', 'changes') }}
),

unseen_last_changes as (
    {{ unseen_last_changes('conversations', 'changes', 'last_signs', 'events', 'recorded_closes') }}
),

boundaries as (
    select * from unseen_first_changes
    union all
    select
        workspace_id,
        conversation_id,
        event_id,
        position,
        author_id,
        author_kind,
        is_close,
        is_reopen,
        is_dated,
        happened_at,
    from changes
    where is_close_before is null or is_close_before <> is_close
    union all
    select * from unseen_last_changes
),

with_next as (
    select
        *,
        row_number() over (partition by workspace_id, conversation_id, is_close order by position) as spell_number,
        lead(happened_at) over (partition by workspace_id, conversation_id order by position) as closed_at,
        -- The time of a close that was not shown may change later; the event that opened the spell does not.
        case
            when lead(is_close) over (partition by workspace_id, conversation_id order by position)
                then coalesce(
                    lead(event_id) over (partition by workspace_id, conversation_id order by position),
                    concat('close_after:', coalesce(event_id, 'opening'))
                )
        end as close_id,
        lead(is_dated) over (partition by workspace_id, conversation_id order by position) as is_close_dated,
        max(case when not is_close then position end) over (partition by workspace_id, conversation_id) = position as is_last,
        lead(author_id) over (partition by workspace_id, conversation_id order by position) as closed_by_id,
        lead(author_kind) over (partition by workspace_id, conversation_id order by position) as closed_by_kind,
    from boundaries
),

final as (
    select
        with_next.workspace_id,
        with_next.conversation_id,
        with_next.spell_number,
        with_next.close_id,
        with_next.closed_by_id,
        with_next.closed_by_kind,
        with_next.is_reopen as is_reopening,
        with_next.is_close_dated,
        with_next.is_last,
        with_next.happened_at as opened_at,
        with_next.closed_at,
        {{ open_seconds_at('office_hours', 'with_next.closed_at', 'conversations.fetched_at') }} as closed_open_seconds,
        changed.conversation_created_at,
        changed.built_from,
    from with_next
    inner join changed
        on with_next.workspace_id = changed.workspace_id and with_next.conversation_id = changed.conversation_id
    inner join conversations
        on
            with_next.workspace_id = conversations.workspace_id
            and with_next.conversation_id = conversations.conversation_id
    left join office_hours
        on
            conversations.workspace_id = office_hours.workspace_id
            and conversations.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'with_next.closed_at') }}
    where not with_next.is_close
)

select * from final
