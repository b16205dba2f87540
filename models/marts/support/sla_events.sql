-- one row per SLA that was applied to a conversation, as far as Intercom's answers tell
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'conversation_id', 'sla_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    meta={'follows': 'int_conversation_versions', 'logic_version': 2},
) }}
{%- set months = changed_months() %}
{%- set is_settled = "slas.sla_status in ('hit', 'missed')" %}
{%- set is_answer -%}
    events.author_kind = 'teammate' and not events.is_opening and (events.is_message or events.is_redacted_message)
{%- endset %}
{%- set miss_answered_at = "case when slas.sla_status = 'missed' and " ~ is_answer ~ " then events.happened_at end" %}
{%- set bounds = ['applied_from', 'applied_until', 'settled_from', 'settled_until'] %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

slas as (
    {{ changed_rows(ref('int_conversation_slas'), months) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

stretches as (
    {{ changed_rows(ref('int_conversation_stretches'), months) }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

-- A human's answer or a close settles an SLA. Intercom writes no part for it, so the time is known where there is only one of them.
-- By its specification Intercom counts a miss when a teammate next replies: a close is the time only where there is no answer.
settling_events as (
    select
        slas.workspace_id,
        slas.conversation_id,
        slas.sla_number,
        coalesce(min({{ miss_answered_at }}), min(events.happened_at)) as first_at,
        coalesce(max({{ miss_answered_at }}), max(events.happened_at)) as last_at,
    from slas
    inner join events
        on
            slas.workspace_id = events.workspace_id
            and slas.conversation_id = events.conversation_id
            and slas.status_from_at <= events.happened_at
            and slas.status_until_at >= events.happened_at
    where
        {{ is_settled }}
        and (events.is_close or ({{ is_answer }}))
    group by slas.workspace_id, slas.conversation_id, slas.sla_number
),

threads as (
    select
        workspace_id,
        conversation_id,
        {{ count_if('is_before_gap or is_after_gap') }} > 0 as is_partly_unseen,
        max(happened_at) as last_event_at,
    from events
    group by workspace_id, conversation_id
),

settled as (
    select
        slas.*,
        threads.is_partly_unseen,
        threads.last_event_at,
        conversations.office_hours_schedule_id,
        conversations.fetched_at,
        -- Without some parts of the thread, the one that settled the SLA may be missing.
        case
            when {{ is_settled }}
                then coalesce(case when not threads.is_partly_unseen then settling_events.first_at end, slas.status_from_at)
        end as settled_from_at,
        case
            when {{ is_settled }}
                then coalesce(case when not threads.is_partly_unseen then settling_events.last_at end, slas.status_until_at)
        end as settled_until_at,
    from slas
    inner join conversations
        on slas.workspace_id = conversations.workspace_id and slas.conversation_id = conversations.conversation_id
    inner join threads
        on slas.workspace_id = threads.workspace_id and slas.conversation_id = threads.conversation_id
    left join settling_events
        on
            slas.workspace_id = settling_events.workspace_id
            and slas.conversation_id = settling_events.conversation_id
            and slas.sla_number = settling_events.sla_number
),

-- What was settled had been applied before.
bounded as (
    select
        *,
        case when settled_from_at = settled_until_at then settled_until_at end as settled_at,
        {{ earlier_of('first_seen_at', 'settled_until_at') }} as applied_until_at,
        -- A replaced SLA stopped before the first answer without it. Nothing tells whether an SLA of unknown status still runs.
        case
            when sla_status = 'active' and is_current then {{ later_of('last_event_at', 'applied_from_at') }}
            when sla_status = 'active' then no_longer_seen_at
            when sla_status = 'unknown' then null
            else coalesce(settled_until_at, status_until_at)
        end as ran_until_at,
    from settled
),

snoozes as (
    select
        bounded.workspace_id,
        bounded.conversation_id,
        bounded.sla_number,
        {{ later_of('stretches.started_at', 'bounded.applied_from_at') }} as snoozed_at,
        {{ earlier_of('stretches.measured_to_at', 'bounded.ran_until_at') }} as woken_at,
    from bounded
    inner join stretches
        on
            bounded.workspace_id = stretches.workspace_id
            and bounded.conversation_id = stretches.conversation_id
            and bounded.applied_from_at < stretches.measured_to_at
            and bounded.ran_until_at > stretches.started_at
    where stretches.state = 'snoozed'
),

instants as (
    {%- for bound in bounds %}
        select
            workspace_id,
            conversation_id,
            {{ bound }}_at as instant,
        from bounded
        where {{ bound }}_at is not null
        union distinct
    {%- endfor %}
    select
        workspace_id,
        conversation_id,
        snoozed_at as instant,
    from snoozes
    union distinct
    select
        workspace_id,
        conversation_id,
        woken_at as instant,
    from snoozes
),

on_the_clock as (
    select
        instants.workspace_id,
        instants.conversation_id,
        instants.instant,
        {{ open_seconds_at('office_hours', 'instants.instant', 'conversations.fetched_at') }} as open_seconds,
    from instants
    inner join conversations
        on
            instants.workspace_id = conversations.workspace_id
            and instants.conversation_id = conversations.conversation_id
    left join office_hours
        on
            conversations.workspace_id = office_hours.workspace_id
            and conversations.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'instants.instant') }}
),

bounds_on_the_clock as (
    select
        bounded.workspace_id,
        bounded.conversation_id,
        bounded.sla_number,
        {%- for bound in bounds %}
            max(case when on_the_clock.instant = bounded.{{ bound }}_at then on_the_clock.open_seconds end) as {{ bound }}_seconds,
        {%- endfor %}
    from bounded
    inner join on_the_clock
        on bounded.workspace_id = on_the_clock.workspace_id and bounded.conversation_id = on_the_clock.conversation_id
    group by bounded.workspace_id, bounded.conversation_id, bounded.sla_number
),

measured_snoozes as (
    select
        snoozes.workspace_id,
        snoozes.conversation_id,
        snoozes.sla_number,
        {{ secs_between('snoozes.snoozed_at', 'snoozes.woken_at') }} as snoozed_seconds,
        woken.open_seconds - snoozed.open_seconds as snoozed_office_seconds,
    from snoozes
    inner join on_the_clock as snoozed
        on
            snoozes.workspace_id = snoozed.workspace_id
            and snoozes.conversation_id = snoozed.conversation_id
            and snoozes.snoozed_at = snoozed.instant
    inner join on_the_clock as woken
        on
            snoozes.workspace_id = woken.workspace_id
            and snoozes.conversation_id = woken.conversation_id
            and snoozes.woken_at = woken.instant
),

pauses as (
    select
        workspace_id,
        conversation_id,
        sla_number,
        {{ sum_int('snoozed_seconds') }} as paused_seconds,
        {{ if_all_known(sum_int('snoozed_office_seconds'), 'snoozed_office_seconds', 'snoozed_seconds') }} as paused_office_seconds,
    from measured_snoozes
    group by workspace_id, conversation_id, sla_number
),

final as (
    select
        bounded.conversation_id,
        bounded.workspace_id,
        bounded.sla_number,

        bounded.sla_name,
        bounded.sla_status,

        -- Intercom's API does not say what was promised.
        {{ as_int('null') }} as target_seconds,
        case
            when bounded.settled_from_at > bounded.applied_until_at
                then {{ secs_between('bounded.applied_until_at', 'bounded.settled_from_at') }}
            when bounded.settled_from_at is not null then 0
        end as min_elapsed_seconds,
        case
            when bounded.settled_from_at > bounded.applied_until_at
                then bounds_on_the_clock.settled_from_seconds - bounds_on_the_clock.applied_until_seconds
            when bounded.settled_from_at is not null then 0
        end as min_elapsed_office_seconds,
        {{ secs_between('bounded.applied_from_at', 'bounded.settled_until_at') }} as max_elapsed_seconds,
        bounds_on_the_clock.settled_until_seconds - bounds_on_the_clock.applied_from_seconds as max_elapsed_office_seconds,
        case
            when not bounded.is_partly_unseen and bounded.ran_until_at is not null then coalesce(pauses.paused_seconds, 0)
        end as paused_seconds,
        case
            when bounded.is_partly_unseen or bounded.ran_until_at is null then null
            when pauses.paused_seconds is null then 0
            else pauses.paused_office_seconds
        end as paused_office_seconds,

        bounded.is_current,

        bounded.applied_from_at,
        bounded.applied_until_at,
        bounded.status_from_at,
        bounded.status_until_at,
        case when bounded.sla_status = 'hit' then bounded.settled_at end as met_at,
        case when bounded.sla_status = 'missed' then bounded.settled_at end as missed_at,
        bounded.last_seen_at,
        bounded.conversation_created_at,
        bounded.built_from,
    from bounded
    left join bounds_on_the_clock
        on
            bounded.workspace_id = bounds_on_the_clock.workspace_id
            and bounded.conversation_id = bounds_on_the_clock.conversation_id
            and bounded.sla_number = bounds_on_the_clock.sla_number
    left join pauses
        on
            bounded.workspace_id = pauses.workspace_id
            and bounded.conversation_id = pauses.conversation_id
            and bounded.sla_number = pauses.sla_number
)

select * from final
