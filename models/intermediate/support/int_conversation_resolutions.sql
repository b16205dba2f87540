-- one row per conversation that is closed at a known time: who closed it, and what came before the close
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{%- set lasts = {
    'assignment': 'is_assignment', 'customer_message': "author_kind = 'customer' and (is_message or is_opening)",
} %}

with

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
    where {{ in_months('conversation_created_at', months) }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

spells as (
    {{ changed_rows(ref('int_conversation_spells'), months) }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

turns as (
    {{ changed_rows(ref('int_conversation_turns'), months) }}
),

-- The last change into closed of each closed conversation. A repeated close is no change. A close before a reopening is no
-- resolution: a dashboard would show open tickets as solved.
closings as (
    select
        spells.workspace_id,
        spells.conversation_id,
        spells.closed_by_id,
        spells.closed_by_kind,
        spells.closed_at,
        spells.closed_open_seconds,
        spells.conversation_created_at,
        spells.built_from,
    from spells
    inner join lookups
        on spells.workspace_id = lookups.workspace_id and spells.conversation_id = lookups.conversation_id
    where lookups.state = 'closed' and spells.is_close_dated and spells.is_last
),

-- An assignment or a message after the close took no time on the way to the close.
events_before_close as (
    select
        events.workspace_id,
        events.conversation_id,
        events.author_kind,
        events.is_assignment,
        events.is_message,
        events.is_opening,
        -- Before parts that were never shown no event is known to be the last.
        case when not events.is_before_gap then events.happened_at end as last_at,
        case when not events.is_before_gap then {{ clock_place('events.open_seconds_at', 'events.happened_at') }} end as last_clock_place,
    from events
    inner join closings
        on
            events.workspace_id = closings.workspace_id
            and events.conversation_id = closings.conversation_id
            and events.happened_at <= closings.closed_at
),

lasts as (
    select
        workspace_id,
        conversation_id,
        {%- for name, condition in lasts.items() %}
            max(case when {{ condition }} then last_at end) as last_{{ name }}_at,
            {{ open_seconds_of('max(case when ' ~ condition ~ ' then last_clock_place end)') }} as last_{{ name }}_open_seconds,
        {%- endfor %}
    from events_before_close
    group by workspace_id, conversation_id
),

replies as (
    select
        turns.workspace_id,
        turns.conversation_id,
        count(*) as count_replies,
    from turns
    inner join closings
        on
            turns.workspace_id = closings.workspace_id
            and turns.conversation_id = closings.conversation_id
            and turns.ended_at <= closings.closed_at
    where turns.ended_by = 'reply'
    group by turns.workspace_id, turns.conversation_id
),

final as (
    select
        closings.workspace_id,
        closings.conversation_id,
        closings.closed_by_id,
        closings.closed_by_kind,
        closings.closed_at,
        closings.closed_open_seconds,
        coalesce(replies.count_replies, 0) as count_replies,
        {%- for name in lasts %}
            lasts.last_{{ name }}_at,
            lasts.last_{{ name }}_open_seconds,
        {%- endfor %}
        closings.conversation_created_at,
        closings.built_from,
    from closings
    left join lasts
        on closings.workspace_id = lasts.workspace_id and closings.conversation_id = lasts.conversation_id
    left join replies
        on closings.workspace_id = replies.workspace_id and closings.conversation_id = replies.conversation_id
)

select * from final
