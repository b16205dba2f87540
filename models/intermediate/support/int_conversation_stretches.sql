-- one row per stretch of a conversation in one state, with one team and one teammate: the stretches tile its lifetime
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'logic_version': 2},
    unique_key=['workspace_id', 'conversation_id', 'stretch_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{%- set conversation = 'partition by workspace_id, conversation_id' %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

spells as (
    {{ changed_rows(ref('int_conversation_spells'), months) }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

-- A snooze belongs to the spell that it happened in. One that begins a spell comes after the beginning, in the same second.
naps as (
    select
        spells.workspace_id,
        spells.conversation_id,
        spells.spell_number,
        events.position,
        case when events.is_snooze then 'snoozed' else 'open' end as state,
        events.happened_at,
    from spells
    inner join events
        on spells.workspace_id = events.workspace_id and spells.conversation_id = events.conversation_id
    where
        (events.is_snooze or events.is_waking)
        and events.happened_at >= spells.opened_at
        and (spells.closed_at is null or events.happened_at < spells.closed_at)
),

numbered_state_changes as (
    {{ state_changes('conversations', 'spells', 'naps') }}
),

-- A part names the team or the teammate that it assigns. The team stays when a teammate gets the conversation; a team takes it from the
-- teammate. Without the part the conversation itself says who has it.
assignments as (
    select
        workspace_id,
        conversation_id,
        position,
        case
            when is_unassignment then ''
            else assigned_to_team_id
        end as team_id,
        case
            when is_unassignment or assigned_to_team_id is not null then ''
            else assigned_to_teammate_id
        end as teammate_id,
        happened_at,
    from events
    where is_assignment or is_unassignment
),

last_assignments as (
    select
        workspace_id,
        conversation_id,
        max(happened_at) as happened_at,
    from assignments
    group by workspace_id, conversation_id
),

assignee_changes as (
    select * from assignments
    union all
    select
        conversations.workspace_id,
        conversations.conversation_id,
        1000000000 as position,
        coalesce(conversations.team_assignee_id, '') as team_id,
        coalesce(conversations.teammate_assignee_id, '') as teammate_id,
        coalesce(last_assignments.happened_at, conversations.created_at) as happened_at,
    from conversations
    left join last_assignments
        on
            conversations.workspace_id = last_assignments.workspace_id
            and conversations.conversation_id = last_assignments.conversation_id
),

changes as (
    select
        workspace_id,
        conversation_id,
        -- Even numbers for states, odd ones for assignments: no two changes of an instant have the same place.
        change_number * 2 as position,
        state,
        cast(null as string) as team_id,
        cast(null as string) as teammate_id,
        happened_at,
    from numbered_state_changes
    union all
    select
        workspace_id,
        conversation_id,
        position * 2 + 1 as position,
        cast(null as string) as state,
        team_id,
        teammate_id,
        happened_at,
    from assignee_changes
),

-- What holds after each change. Before the first assignment nobody has the conversation.
carried as (
    select
        workspace_id,
        conversation_id,
        position,
        happened_at,
        {%- for column in ['state', 'team_id', 'teammate_id'] %}
            last_value({{ column }} ignore nulls) over (
                {{ conversation }} order by happened_at, position rows between unbounded preceding and current row
            ) as {{ column }},
        {%- endfor %}
    from changes
),

-- Changes of the same second leave one state behind.
instants as (
    select
        workspace_id,
        conversation_id,
        happened_at,
        state,
        nullif(team_id, '') as team_id,
        nullif(teammate_id, '') as teammate_id,
    from carried
    where true
    qualify row_number() over ({{ conversation }}, happened_at order by position desc) = 1
),

with_before as (
    select
        *,
        {%- for column in ['state', 'team_id', 'teammate_id'] %}
            lag({{ column }}) over ({{ conversation }} order by happened_at) as {{ column }}_before,
        {%- endfor %}
        row_number() over ({{ conversation }} order by happened_at) as instant_number,
    from instants
),

beginnings as (
    select
        workspace_id,
        conversation_id,
        state,
        team_id,
        teammate_id,
        happened_at as started_at,
        lead(happened_at) over ({{ conversation }} order by happened_at) as ended_at,
        row_number() over ({{ conversation }} order by happened_at) as stretch_number,
    from with_before
    where
        instant_number = 1
        or state <> state_before
        or coalesce(team_id, '') <> coalesce(team_id_before, '')
        or coalesce(teammate_id, '') <> coalesce(teammate_id_before, '')
),

-- The thread says nothing about the time after its last part, so the last stretch is measured up to there.
last_events as (
    select
        workspace_id,
        conversation_id,
        max(happened_at) as last_event_at,
        {{ count_if('is_before_gap or is_after_gap') }} > 0 as is_partly_unseen,
    from events
    group by workspace_id, conversation_id
),

measured as (
    select
        beginnings.*,
        last_events.is_partly_unseen,
        coalesce(beginnings.ended_at, {{ later_of('last_events.last_event_at', 'beginnings.started_at') }}) as measured_to,
        conversations.office_hours_schedule_id,
        conversations.fetched_at,
    from beginnings
    inner join conversations
        on
            beginnings.workspace_id = conversations.workspace_id
            and beginnings.conversation_id = conversations.conversation_id
    inner join last_events
        on
            beginnings.workspace_id = last_events.workspace_id
            and beginnings.conversation_id = last_events.conversation_id
),

on_the_clock as (
    select
        measured.*,
        {{ open_seconds_at('start_hours', 'measured.started_at', 'measured.fetched_at') }} as started_open_seconds,
        {{ open_seconds_at('end_hours', 'measured.measured_to', 'measured.fetched_at') }} as measured_open_seconds,
    from measured
    left join office_hours as start_hours
        on
            measured.workspace_id = start_hours.workspace_id
            and measured.office_hours_schedule_id = start_hours.office_hours_schedule_id
            and {{ is_in_stretch('start_hours', 'measured.started_at') }}
    left join office_hours as end_hours
        on
            measured.workspace_id = end_hours.workspace_id
            and measured.office_hours_schedule_id = end_hours.office_hours_schedule_id
            and {{ is_in_stretch('end_hours', 'measured.measured_to') }}
),

final as (
    select
        on_the_clock.workspace_id,
        on_the_clock.conversation_id,
        on_the_clock.stretch_number,
        on_the_clock.team_id,
        on_the_clock.teammate_id,
        on_the_clock.state,
        on_the_clock.state = 'open' and on_the_clock.team_id is null and on_the_clock.teammate_id is null as is_unassigned,
        on_the_clock.is_partly_unseen,
        {{ secs_between('on_the_clock.started_at', 'on_the_clock.measured_to') }} as stretch_seconds,
        on_the_clock.measured_open_seconds - on_the_clock.started_open_seconds as stretch_office_seconds,
        on_the_clock.started_at,
        on_the_clock.ended_at,
        on_the_clock.measured_to as measured_to_at,
        changed.conversation_created_at,
        changed.built_from,
    from on_the_clock
    inner join changed
        on on_the_clock.workspace_id = changed.workspace_id and on_the_clock.conversation_id = changed.conversation_id
)

select * from final
