-- one row per time in which a conversation was not closed: from its opening or a reopening to the close after it
{{ config(
    materialized='incremental',
    unique_key=['workspace_id', 'conversation_id', 'spell_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_outdated(ref('int_conversation_versions')) }}",
) }}
{%- set months = changed_months(ref('int_conversation_versions')) %}
{#- What Intercom tells of one act, a part, a state, a time in its statistics, is no further apart than this. -#}
{%- set same_act_seconds_max = 10 %}

with

all_conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

all_events as (
    select * from {{ ref('int_conversation_events') }}
    where {{ in_months('conversation_created_at', months) }}
),

retrievals as (
    select * from {{ ref('stg_intercom__conversation_retrievals') }}
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

shown_reopens as (
    select
        workspace_id,
        conversation_id,
        {{ count_if('is_reopen') }} as count_shown_reopens,
    from events
    group by workspace_id, conversation_id
),

-- What Intercom ever recorded of closes. Its first close is the first of the first spell only where each reopening was shown:
-- another could lie between the two.
recorded_closes as (
    select
        retrievals.workspace_id,
        retrievals.conversation_id,
        coalesce(retrievals.statistics_count_reopens, -1) as reopens_before,
        retrievals.statistics_last_close_at as closed_at,
    from retrievals
    inner join changed
        on
            retrievals.workspace_id = changed.workspace_id
            and retrievals.conversation_id = changed.conversation_id
    where retrievals.state = 'closed' and retrievals.statistics_last_close_at is not null
    union all
    select
        workspace_id,
        conversation_id,
        coalesce(statistics_count_reopens, -1) as reopens_before,
        statistics_last_close_at as closed_at,
    from conversations
    where state = 'closed' and statistics_last_close_at is not null
    union all
    select
        conversations.workspace_id,
        conversations.conversation_id,
        0 as reopens_before,
        conversations.statistics_first_close_at as closed_at,
    from conversations
    inner join shown_reopens
        on
            conversations.workspace_id = shown_reopens.workspace_id
            and conversations.conversation_id = shown_reopens.conversation_id
    where
        conversations.statistics_first_close_at is not null
        and conversations.statistics_count_reopens <= shown_reopens.count_shown_reopens
),

changes_and_signs as (
    select
        *,
        coalesce(is_close or is_reopen or is_snooze_of_closed, false) as is_shown,
        lead(is_close) over (partition by workspace_id, conversation_id order by position) as is_close_next,
        lead(happened_at) over (partition by workspace_id, conversation_id order by position) as next_happened_at,
        max(case when is_reopen or is_snooze_of_closed then happened_at end) over (
            partition by workspace_id, conversation_id order by position
            rows between unbounded preceding and 1 preceding
        ) as reopened_at,
    from events
    where is_close or is_reopen or is_snooze_of_closed or is_after_unseen_close
),

-- A close of what is closed already changes nothing. A sign of a close that was not shown is that close, unless it is the next
-- part, told early. At the end Intercom's own record of the time is better.
shown_changes as (
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
        reopened_at,
        lag(is_close or not is_shown) over (partition by workspace_id, conversation_id order by position) as is_close_before,
    from changes_and_signs
    where
        is_shown
        or not is_close_next
        or {{ secs_between('happened_at', 'next_happened_at') }} > {{ same_act_seconds_max }}
),

-- A change into closed that Intercom recorded in the same spell before the first sight of it: what was seen repeats it. Of closes
-- with as many reopenings before them the first is the change.
earlier_closes as (
    select
        shown_changes.workspace_id,
        shown_changes.conversation_id,
        shown_changes.position,
        recorded_closes.closed_at,
    from shown_changes
    inner join conversations
        on
            shown_changes.workspace_id = conversations.workspace_id
            and shown_changes.conversation_id = conversations.conversation_id
    inner join recorded_closes
        on
            shown_changes.workspace_id = recorded_closes.workspace_id
            and shown_changes.conversation_id = recorded_closes.conversation_id
    where
        shown_changes.is_close
        and not coalesce(shown_changes.is_close_before, false)
        and recorded_closes.closed_at > coalesce(shown_changes.reopened_at, conversations.created_at)
        and {{ secs_between('recorded_closes.closed_at', 'shown_changes.happened_at') }}
        >= case when shown_changes.is_shown then {{ same_act_seconds_max + 1 }} else 0 end
    qualify
        row_number() over (
            partition by shown_changes.workspace_id, shown_changes.conversation_id, shown_changes.position
            order by recorded_closes.reopens_before desc, recorded_closes.closed_at asc
        ) = 1
),

changes as (
    select
        shown_changes.workspace_id,
        shown_changes.conversation_id,
        case when earlier_closes.closed_at is null then shown_changes.event_id end as event_id,
        shown_changes.position,
        case when earlier_closes.closed_at is null then shown_changes.author_id end as author_id,
        case when earlier_closes.closed_at is null then shown_changes.author_kind end as author_kind,
        shown_changes.is_close,
        shown_changes.is_reopen,
        shown_changes.is_shown or earlier_closes.closed_at is not null as is_dated,
        coalesce(earlier_closes.closed_at, shown_changes.happened_at) as happened_at,
        shown_changes.is_close_before,
    from shown_changes
    left join earlier_closes
        on
            shown_changes.workspace_id = earlier_closes.workspace_id
            and shown_changes.conversation_id = earlier_closes.conversation_id
            and shown_changes.position = earlier_closes.position
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
        last_signs.happened_at as sign_at,
        coalesce(last_signs.happened_at, last_events.last_event_at) as closed_by_then_at,
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

-- Of the closes that Intercom recorded none older than the reopening, which is another close, and none after a part that is told
-- to be closed, which is a repeated one.
last_recorded as (
    select
        last_known.workspace_id,
        last_known.conversation_id,
        recorded_closes.closed_at,
    from last_known
    inner join recorded_closes
        on
            last_known.workspace_id = recorded_closes.workspace_id
            and last_known.conversation_id = recorded_closes.conversation_id
    where
        recorded_closes.closed_at >= coalesce(last_known.happened_at, last_known.created_at)
        and (
            last_known.sign_at is null
            or {{ secs_between('last_known.sign_at', 'recorded_closes.closed_at') }} <= {{ same_act_seconds_max }}
        )
    qualify
        row_number() over (
            partition by last_known.workspace_id, last_known.conversation_id
            order by recorded_closes.reopens_before desc, recorded_closes.closed_at asc
        ) = 1
),

-- Closed, and the close was never shown: past the 500 parts, by a merge, by a change without a part. Intercom's own record stands
-- in. Without one nobody knows when: the spell ends with the first part that is told to be closed, else with the last, since it
-- would be in the backlog for ever.
unseen_closes as (
    select
        last_known.workspace_id,
        last_known.conversation_id,
        cast(null as string) as event_id,
        1000000000 as position,
        cast(null as string) as author_id,
        cast(null as string) as author_kind,
        true as is_close,
        false as is_reopen,
        last_recorded.closed_at is not null as is_dated,
        coalesce(last_recorded.closed_at, last_known.closed_by_then_at) as happened_at,
    from last_known
    left join last_recorded
        on
            last_known.workspace_id = last_recorded.workspace_id
            and last_known.conversation_id = last_recorded.conversation_id
    where
        last_known.state = 'closed'
        and ((last_known.is_close is null and last_known.statistics_last_close_at is not null) or not last_known.is_close)
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
        is_dated,
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
        -- No time of a close that was not shown is certain to stay, and what opened the spell is.
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
