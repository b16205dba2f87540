{#
    A query: one row per change between closed and not closed that the thread shows, in order (`position`). `is_close_before` says what
    the change before it was, null for the first; `is_dated` is false where only the latest possible time of a close is known.
    `changes_and_signs`: the events that change the state or tell of a change, as `int_conversation_spells` selects them;
    `conversations`, `recorded_closes`: see `recorded_closes`.
#}
{% macro shown_state_changes(changes_and_signs, conversations, recorded_closes) -%}
    with

    -- A close of a closed conversation changes nothing. A part that is marked as closed, without a close before it, stands for the
    -- missing close, unless the close is the very next part. At the end of a thread Intercom's own record of the time is better.
    shown_changes as (
        select
            workspace_id,
            conversation_id,
            case when is_shown then event_id end as event_id,
            position,
            -- Who merged the conversation into another did not close it for the customer.
            case when is_shown and is_closing = is_close then author_id end as author_id,
            case when is_shown and is_closing = is_close then author_kind end as author_kind,
            is_closing or not is_shown as is_close,
            is_reopen,
            is_shown,
            is_told,
            is_recorded,
            happened_at,
            reopened_at,
            lag(is_closing or not is_shown) over (partition by workspace_id, conversation_id order by position) as is_close_before,
        from {{ changes_and_signs }} as changes_and_signs
        where
            is_shown
            or not is_close_next
            or {{ secs_between('happened_at', 'next_happened_at') }} > {{ same_act_seconds_max() }}
    ),

    -- A close that Intercom recorded in the same spell before the close that was shown: the shown close repeats it. Of several
    -- closes with the same number of reopenings before them, the first is the change.
    earlier_closes as (
        select
            shown_changes.workspace_id,
            shown_changes.conversation_id,
            shown_changes.position,
            recorded_closes.closed_at,
        from shown_changes
        inner join {{ conversations }} as conversations
            on
                shown_changes.workspace_id = conversations.workspace_id
                and shown_changes.conversation_id = conversations.conversation_id
        inner join {{ recorded_closes }} as recorded_closes
            on
                shown_changes.workspace_id = recorded_closes.workspace_id
                and shown_changes.conversation_id = recorded_closes.conversation_id
        where
            shown_changes.is_close
            and not shown_changes.is_told
            and not coalesce(shown_changes.is_close_before, false)
            and recorded_closes.closed_at > coalesce(shown_changes.reopened_at, conversations.created_at)
            and {{ secs_between('recorded_closes.closed_at', 'shown_changes.happened_at') }}
            >= case when shown_changes.is_shown then {{ same_act_seconds_max() | int + 1 }} else 0 end
        qualify
            row_number() over (
                partition by shown_changes.workspace_id, shown_changes.conversation_id, shown_changes.position
                order by recorded_closes.reopens_before desc, recorded_closes.closed_at asc
            ) = 1
    )

    select
        shown_changes.workspace_id,
        shown_changes.conversation_id,
        case when earlier_closes.closed_at is null then shown_changes.event_id end as event_id,
        shown_changes.position,
        case when earlier_closes.closed_at is null then shown_changes.author_id end as author_id,
        case when earlier_closes.closed_at is null then shown_changes.author_kind end as author_kind,
        shown_changes.is_close,
        shown_changes.is_reopen,
        shown_changes.is_shown or shown_changes.is_recorded or earlier_closes.closed_at is not null as is_dated,
        coalesce(earlier_closes.closed_at, shown_changes.happened_at) as happened_at,
        shown_changes.is_close_before,
    from shown_changes
    left join earlier_closes
        on
            shown_changes.workspace_id = earlier_closes.workspace_id
            and shown_changes.conversation_id = earlier_closes.conversation_id
            and shown_changes.position = earlier_closes.position
{%- endmacro %}
