{#
    A query: one row per change of state of a conversation, numbered in order (`change_number`).
    `conversations`, `spells`: relations with the columns of `int_conversations` and `int_conversation_spells`; `naps`: the snoozes and
    wakings of these spells.
#}
{% macro state_changes(conversations, spells, naps) -%}
    with

    -- A conversation that nobody opened yet begins closed, as one that a teammate sent by the API.
    state_changes as (
        select
            workspace_id,
            conversation_id,
            0 as spell_number,
            0 as place,
            0 as position,
            'closed' as state,
            created_at as happened_at,
        from {{ conversations }} as conversations
        union all
        select
            workspace_id,
            conversation_id,
            spell_number,
            1 as place,
            0 as position,
            'open' as state,
            opened_at as happened_at,
        from {{ spells }} as spells
        union all
        select
            workspace_id,
            conversation_id,
            spell_number,
            2 as place,
            position,
            state,
            happened_at,
        from {{ naps }} as naps
        union all
        select
            workspace_id,
            conversation_id,
            spell_number,
            3 as place,
            0 as position,
            'closed' as state,
            closed_at as happened_at,
        from {{ spells }} as spells
        where closed_at is not null
    ),

    shown_state_changes as (
        select
            workspace_id,
            conversation_id,
            state,
            happened_at,
            row_number() over (partition by workspace_id, conversation_id order by spell_number, place, position) as change_number,
            row_number() over (
                partition by workspace_id, conversation_id order by spell_number desc, place desc, position desc
            ) = 1 as is_last_change,
        from state_changes
    )

    -- A snooze or a waking without a part shows in the conversation's own state alone. It came at the latest when Intercom last
    -- changed the conversation. Closes and reopenings without a part are in the spells.
    select
        workspace_id,
        conversation_id,
        state,
        happened_at,
        change_number,
    from shown_state_changes
    union all
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.state,
        {{ later_of('conversations.updated_at', 'shown_state_changes.happened_at') }} as happened_at,
        shown_state_changes.change_number + 1 as change_number,
    from shown_state_changes
    inner join {{ conversations }} as conversations
        on
            shown_state_changes.workspace_id = conversations.workspace_id
            and shown_state_changes.conversation_id = conversations.conversation_id
    where
        shown_state_changes.is_last_change
        and conversations.state in ('open', 'snoozed')
        and shown_state_changes.state in ('open', 'snoozed')
        and shown_state_changes.state <> conversations.state
{%- endmacro %}
