-- one row per spell of a ticket: a time in one state category, as far as Intercom's parts tell
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_ticket_versions'},
    unique_key=['workspace_id', 'ticket_id', 'spell_number'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
) }}
{%- set months = changed_months() %}

with

all_parts as (
    select * from {{ new_rows_of(ref('int_ticket_parts')) }}
    where {{ in_months('ticket_created_at', months) }}
),

lookups as (
    select * from {{ ref('int_ticket_lookups') }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

changed as (
    {{ changed_conversations(ref('int_ticket_versions'), record='ticket') }}
),

tickets as (
    select
        lookups.workspace_id,
        lookups.ticket_id,
        lookups.state_category,
        lookups.ticket_created_at,
        {{ open_seconds_at('office_hours', 'lookups.ticket_created_at', 'lookups.fetched_at') }} as created_open_seconds,
        changed.built_from,
    from lookups
    inner join changed
        on lookups.workspace_id = changed.workspace_id and lookups.ticket_id = changed.ticket_id
    left join office_hours
        on
            lookups.workspace_id = office_hours.workspace_id
            and lookups.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'lookups.ticket_created_at') }}
),

parts as (
    select all_parts.*
    from all_parts
    inner join tickets
        on all_parts.workspace_id = tickets.workspace_id and all_parts.ticket_id = tickets.ticket_id
),

threads as (
    select
        workspace_id,
        ticket_id,
        {{ first_by("case when is_about_state then coalesce(state_category_before, '') end", 'position') }} as first_state_category,
        max(happened_at) as last_part_at,
        max({{ clock_place('open_seconds_at', 'happened_at') }}) as last_part_place,
    from parts
    group by workspace_id, ticket_id
),

-- The ticket begins in the state that its first part about the state says it had before; without such a part, in its present state.
beginnings as (
    select
        tickets.workspace_id,
        tickets.ticket_id,
        0 as position,
        nullif(coalesce(threads.first_state_category, tickets.state_category), '') as state_category,
        cast(null as string) as changed_by_kind,
        tickets.ticket_created_at as started_at,
        tickets.created_open_seconds as started_open_seconds,
    from tickets
    left join threads on tickets.workspace_id = threads.workspace_id and tickets.ticket_id = threads.ticket_id
),

changes as (
    select
        workspace_id,
        ticket_id,
        position,
        state_category_after as state_category,
        author_kind as changed_by_kind,
        happened_at as started_at,
        open_seconds_at as started_open_seconds,
    from parts
    where is_state_change
),

starts as (
    select * from beginnings
    union all
    select * from changes
),

numbered as (
    select
        *,
        row_number() over (partition by workspace_id, ticket_id order by position) as spell_number,
        lag(state_category) over (partition by workspace_id, ticket_id order by position) as state_category_before,
        lead(position) over (partition by workspace_id, ticket_id order by position) is null as is_last,
        lead(started_at) over (partition by workspace_id, ticket_id order by position) as ended_at,
        lead(started_open_seconds) over (partition by workspace_id, ticket_id order by position) as ended_open_seconds,
    from starts
),

-- The last spell goes on. Its length is known up to the last part; a longer time would grow without any news of the ticket.
with_ends as (
    select
        numbered.workspace_id,
        numbered.ticket_id,
        numbered.spell_number,
        numbered.state_category,
        numbered.state_category_before,
        numbered.changed_by_kind,
        numbered.is_last,
        numbered.started_at,
        numbered.ended_at,
        case
            when not numbered.is_last then numbered.ended_at
            else {{ later_of('threads.last_part_at', 'numbered.started_at') }}
        end as known_until_at,
        numbered.started_open_seconds,
        case
            when not numbered.is_last then numbered.ended_open_seconds
            when threads.last_part_at is null then numbered.started_open_seconds
            else {{ open_seconds_of('threads.last_part_place') }}
        end as known_until_open_seconds,
        tickets.ticket_created_at,
        tickets.built_from,
    from numbered
    inner join tickets on numbered.workspace_id = tickets.workspace_id and numbered.ticket_id = tickets.ticket_id
    left join threads on numbered.workspace_id = threads.workspace_id and numbered.ticket_id = threads.ticket_id
),

final as (
    select
        workspace_id,
        ticket_id,
        spell_number,

        state_category,
        state_category_before,
        changed_by_kind,
        is_last,

        started_at,
        ended_at,
        started_open_seconds,
        {{ secs_between('started_at', 'known_until_at') }} as spell_seconds,
        known_until_open_seconds - started_open_seconds as spell_office_seconds,
        ticket_created_at,
        built_from,
    from with_ends
)

select * from final
