{#
    CTEs, the last of which is `told_closes`: the closes to send to other tools, one row per close. The relations are `spells`, `merged`,
    `conversations` and `synced_ranges` (of conversations), the intermediate ones or their rows of some conversations.
#}
{% macro told_closes_steps(spells, merged, conversations, synced_ranges) -%}
-- Every change into closed, as all marts count it. Intercom lets a close be repeated; sending the repetition would send the same
-- ticket twice. A close that was never shown is sent while it is the last close. A conversation that was merged into another is no
-- ticket of its own: the other's close is sent.
closes as (
    select
        spells.workspace_id,
        spells.conversation_id,
        spells.close_id,
        spells.closed_at,
        spells.closed_by_kind,
        spells.is_last,
    from {{ spells }} as spells
    left join {{ merged }} as merged
        on spells.workspace_id = merged.workspace_id and spells.conversation_id = merged.conversation_id
    where
        spells.is_close_dated
        and (spells.is_last or not starts_with(spells.close_id, 'close_after:'))
        and merged.conversation_id is null
),

-- Up to when a conversation's changes are known: when it was retrieved, or the end of the unbroken windows after its last change.
-- The workspace's newest data do not say so: a run that was killed half-way brought only some of the conversations.
known as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.state,
        {{ later_of('conversations.fetched_at', 'synced_ranges.covered_to_at') }} as known_until_at,
    from {{ conversations }} as conversations
    left join {{ synced_ranges }} as synced_ranges
        on
            conversations.workspace_id = synced_ranges.workspace_id
            and conversations.updated_at between synced_ranges.covered_from_at and synced_ranges.covered_to_at
),

-- The policy. Many tickets are closed, reopened by a "thank you" and closed again. Without the quiet hours such a ticket would be
-- sent twice, and a dashboard would count two tickets. The quiet hours end at the last known data and not at today's clock: before
-- the next sync nobody knows whether the ticket was reopened.
told_closes as (
    select
        closes.workspace_id,
        closes.conversation_id,
        closes.close_id,
        closes.closed_at,
        closes.closed_by_kind,
    from closes
    inner join known
        on
            closes.workspace_id = known.workspace_id
            and closes.conversation_id = known.conversation_id
    where
        closes.closed_at <= known.known_until_at
        and (
            '{{ var('activation_closes') }}' = 'every'
            or (
                closes.is_last
                and known.state = 'closed'
                and {{ secs_between('closes.closed_at', 'known.known_until_at') }}
                >= {{ (var('activation_quiet_hours') | float * 3600) | int }}
            )
        )
)
{%- endmacro %}
