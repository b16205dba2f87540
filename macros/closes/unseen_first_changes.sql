{#
    A query: the changes before the first one that the thread shows: how a conversation began, and the close before a first reopening.
    `conversations`: see `recorded_closes`, with `was_ever_open`; `changes`: rows of `shown_state_changes`.
#}
{% macro unseen_first_changes(conversations, changes) -%}
    with

    first_changes as (
        select
            conversations.workspace_id,
            conversations.conversation_id,
            conversations.opened_by,
            conversations.created_at,
            conversations.statistics_first_close_at,
            conversations.was_ever_open,
            changes.is_close,
            changes.happened_at,
        from {{ conversations }} as conversations
        left join {{ changes }} as changes
            on
                conversations.workspace_id = changes.workspace_id
                and conversations.conversation_id = changes.conversation_id
                and changes.is_close_before is null
    ),

    -- A conversation that a teammate sent by the API begins closed: nobody closes it, and its first change is a reopening.
    -- A customer's conversation begins open. Where a reopening comes first, its close is past the 500 parts that Intercom shows.
    -- Without this rule its first days would be missing from the backlog.
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
            or (is_close is null and was_ever_open)
    ),

    -- The close is dated by Intercom's record of the first close. Without a record, or with a later one, the reopening's time
    -- stands in, which is the latest possible.
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
    )

    select * from beginnings
    union all
    select * from unseen_first_closes
{%- endmacro %}
