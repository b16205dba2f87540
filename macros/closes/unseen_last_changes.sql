{#
    A query: the changes after the last one that the thread shows, where the conversation's state says that there was another.
    `conversations`, `events`, `recorded_closes`: see `recorded_closes`, the first with `was_ever_open`; `changes`: rows of
    `shown_state_changes`; `last_signs`: the time of a last part that tells of a close which was not shown.
#}
{% macro unseen_last_changes(conversations, changes, last_signs, events, recorded_closes) -%}
    with

    last_events as (
        select
            workspace_id,
            conversation_id,
            max(happened_at) as last_event_at,
        from {{ events }} as events
        group by workspace_id, conversation_id
    ),

    last_known as (
        select
            conversations.workspace_id,
            conversations.conversation_id,
            conversations.state,
            conversations.created_at,
            conversations.updated_at,
            conversations.was_ever_open,
            changes.is_close,
            changes.happened_at,
            last_signs.happened_at as sign_at,
            coalesce(last_signs.happened_at, last_events.last_event_at) as closed_by_then_at,
        from {{ conversations }} as conversations
        left join {{ changes }} as changes
            on
                conversations.workspace_id = changes.workspace_id
                and conversations.conversation_id = changes.conversation_id
        left join {{ last_signs }} as last_signs
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

    -- The closes that Intercom recorded after the reopening: an older close is another one, also one of the same second. A close after a
    -- part that is already marked as closed is left out, because it is a repeated close.
    last_recorded as (
        select
            last_known.workspace_id,
            last_known.conversation_id,
            recorded_closes.closed_at,
        from last_known
        inner join {{ recorded_closes }} as recorded_closes
            on
                last_known.workspace_id = recorded_closes.workspace_id
                and last_known.conversation_id = recorded_closes.conversation_id
        where
            (
                recorded_closes.closed_at > last_known.happened_at
                or (last_known.happened_at is null and recorded_closes.closed_at >= last_known.created_at)
            )
            and (
                last_known.sign_at is null
                or {{ secs_between('last_known.sign_at', 'recorded_closes.closed_at') }} <= {{ same_act_seconds_max() }}
            )
        qualify
            row_number() over (
                partition by last_known.workspace_id, last_known.conversation_id
                order by recorded_closes.reopens_before desc, recorded_closes.closed_at asc
            ) = 1
    ),

    -- The conversation is closed, and the close was never shown: it is past the 500 parts, a merge, or a change without a part.
    -- Intercom's own record stands in. Without a record the time is unknown. The spell then ends with the first part marked
    -- as closed, else with the last part. Otherwise it would stay in the backlog.
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
            and ((last_known.is_close is null and last_known.was_ever_open) or not last_known.is_close)
    ),

    -- The conversation is no longer closed, and the reopening was never shown. The reopening came at the latest when
    -- Intercom last changed the conversation.
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
    )

    select * from unseen_closes
    union all
    select * from unseen_openings
{%- endmacro %}
