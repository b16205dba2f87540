-- one row per time in which a conversation was not closed: from its opening or a reopening to the close after it
{{ config(
    materialized='incremental',
    unique_key=['workspace_id', 'conversation_id', 'spell_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_outdated(ref('int_conversation_versions')) }}",
) }}
{%- set months = changed_months(ref('int_conversation_versions')) %}

with

all_conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

all_events as (
    select * from {{ ref('int_conversation_events') }}
    where {{ in_months('conversation_created_at', months) }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions'), months) }}
),

events as (
    select all_events.*
    from all_events
    inner join changed
        on all_events.workspace_id = changed.workspace_id and all_events.conversation_id = changed.conversation_id
),

conversations as (
    select all_conversations.*
    from all_conversations
    inner join changed
        on
            all_conversations.workspace_id = changed.workspace_id
            and all_conversations.conversation_id = changed.conversation_id
),

changes_and_signs as (
    select
        *,
        coalesce(is_close or is_reopen or is_snooze_of_closed, false) as is_shown,
        lead(is_close) over (partition by workspace_id, conversation_id order by position) as is_close_next,
    from events
    where is_close or is_reopen or is_snooze_of_closed or is_after_unseen_close
),

-- A close of what is closed already changes nothing. A sign of a close that was not shown counts where what it closed was opened
-- again: before a close part it is that close, told early, and at the end Intercom's own record of the time is better.
changes as (
    select
        workspace_id,
        conversation_id,
        case when is_shown then event_id end as event_id,
        position,
        case when is_shown then author_id end as author_id,
        case when is_shown then author_kind end as author_kind,
        is_close or not is_shown as is_close,
        is_reopen,
        is_shown,
        happened_at,
        lag(is_close or not is_shown) over (partition by workspace_id, conversation_id order by position) as is_close_before,
    from changes_and_signs
    where is_shown or not is_close_next
),

last_signs as (
    select
        workspace_id,
        conversation_id,
        happened_at,
    from changes_and_signs
    where not is_shown and is_close_next is null
),

first_changes as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.opened_by,
        conversations.state,
        conversations.created_at,
        conversations.statistics_first_close_at,
        conversations.statistics_last_close_at,
        changes.is_close,
        changes.happened_at,
    from conversations
    left join changes
        on
            conversations.workspace_id = changes.workspace_id
            and conversations.conversation_id = changes.conversation_id
            and changes.is_close_before is null
),

-- What a teammate sent by the API begins closed: nobody closes it, and if anything happens first, it is a reopening.
-- A customer's begins open: where a reopening comes first, its close is past the 500 parts that Intercom shows. Without this, its
-- first days would not be in the backlog.
beginnings as (
    select
        workspace_id,
        conversation_id,
        cast(null as string) as event_id,
        0 as position,
        cast(null as string) as author_id,
        opened_by as author_kind,
        false as is_close,
        false as is_reopen,
        true as is_dated,
        created_at as happened_at,
    from first_changes
    where
        is_close
        or (is_close is not null and opened_by = 'customer')
        or (is_close is null and (state <> 'closed' or statistics_last_close_at is not null))
),

-- Intercom's own record of the first close; at the latest it was closed when it was reopened.
unseen_first_closes as (
    select
        workspace_id,
        conversation_id,
        cast(null as string) as event_id,
        1 as position,
        cast(null as string) as author_id,
        cast(null as string) as author_kind,
        true as is_close,
        false as is_reopen,
        coalesce(statistics_first_close_at <= happened_at, false) as is_dated,
        {{ earlier_of('statistics_first_close_at', 'happened_at') }} as happened_at,
    from first_changes
    where not is_close and opened_by = 'customer'
),

last_events as (
    select
        workspace_id,
        conversation_id,
        max(happened_at) as last_event_at,
    from events
    group by workspace_id, conversation_id
),

last_known as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.state,
        conversations.created_at,
        conversations.updated_at,
        conversations.statistics_last_close_at,
        changes.is_close,
        changes.happened_at,
        coalesce(last_signs.happened_at, last_events.last_event_at) as closed_by_then_at,
        coalesce(conversations.statistics_last_close_at >= coalesce(changes.happened_at, conversations.created_at), false)
            as is_close_recorded,
    from conversations
    left join changes
        on
            conversations.workspace_id = changes.workspace_id
            and conversations.conversation_id = changes.conversation_id
    left join last_signs
        on
            conversations.workspace_id = last_signs.workspace_id
            and conversations.conversation_id = last_signs.conversation_id
    left join last_events
        on
            conversations.workspace_id = last_events.workspace_id
            and conversations.conversation_id = last_events.conversation_id
    where true
    qualify
        row_number() over (
            partition by conversations.workspace_id, conversations.conversation_id order by changes.position desc
        ) = 1
),

-- Closed, and the close was never shown: past the 500 parts, by a merge, by a change without a part. Intercom's own record of the
-- last close stands in, unless that is older than the reopening and so another close. Without one nobody knows when: the spell
-- ends with the first part that is told to be closed, else with the last, since it would be in the backlog for ever.
unseen_closes as (
    select
        workspace_id,
        conversation_id,
        cast(null as string) as event_id,
        1000000000 as position,
        cast(null as string) as author_id,
        cast(null as string) as author_kind,
        true as is_close,
        false as is_reopen,
        is_close_recorded as is_dated,
        case when is_close_recorded then statistics_last_close_at else closed_by_then_at end as happened_at,
    from last_known
    where state = 'closed' and ((is_close is null and statistics_last_close_at is not null) or not is_close)
),

-- Not closed any more, and what opened it was never shown. It was when Intercom last changed the conversation, at the latest.
unseen_openings as (
    select
        workspace_id,
        conversation_id,
        cast(null as string) as event_id,
        1000000000 as position,
        cast(null as string) as author_id,
        cast(null as string) as author_kind,
        false as is_close,
        state = 'open' as is_reopen,
        false as is_dated,
        {{ later_of('updated_at', 'happened_at') }} as happened_at,
    from last_known
    where state <> 'closed' and is_close
),

boundaries as (
    select * from beginnings
    union all
    select * from unseen_first_closes
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
        is_shown as is_dated,
        happened_at,
    from changes
    where is_close_before is null or is_close_before <> is_close
    union all
    select * from unseen_closes
    union all
    select * from unseen_openings
),

with_next as (
    select
        *,
        row_number() over (partition by workspace_id, conversation_id, is_close order by position) as spell_number,
        lead(happened_at) over (partition by workspace_id, conversation_id order by position) as closed_at,
        lead(event_id) over (partition by workspace_id, conversation_id order by position) as close_id,
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
        {{ open_seconds_at('with_next.closed_at', 'conversations.fetched_at') }} as closed_open_seconds,
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
            and {{ is_in_stretch('with_next.closed_at') }}
    where not with_next.is_close
)

select * from final
