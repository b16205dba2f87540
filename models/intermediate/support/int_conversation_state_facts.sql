-- one row per conversation that Intercom still has: how long it was open, snoozed and unassigned, and whom it went through
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{%- set figures = {
    'open': "state = 'open'", 'snoozed': "state = 'snoozed'", 'unassigned': 'is_unassigned',
} %}
{%- set is_whole %}({{ count_if('is_partly_unseen') }} = 0){% endset %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

states as (
    {{ changed_rows(ref('int_conversation_stretches'), months) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

-- Whoever had the conversation, also for less than a second. A part that assigns a teammate does not name the team.
assignees as (
    select
        workspace_id,
        conversation_id,
        assigned_to_team_id as team_id,
        assigned_to_teammate_id as teammate_id,
    from events
    union all
    select
        workspace_id,
        conversation_id,
        team_assignee_id as team_id,
        teammate_assignee_id as teammate_id,
    from conversations
),

counted as (
    select
        workspace_id,
        conversation_id,
        count(distinct team_id) as count_teams_assigned,
        count(distinct teammate_id) as count_teammates_assigned,
    from assignees
    group by workspace_id, conversation_id
),

-- The length of each stretch, in the columns that it counts for.
measured as (
    select
        *,
        {%- for name, condition in figures.items() %}
            case when {{ condition }} then stretch_seconds end as {{ name }}_part_seconds,
            case when {{ condition }} then stretch_office_seconds end as {{ name }}_part_office_seconds,
        {%- endfor %}
    from states
),

-- Without some parts of the thread, changes are missing.
added_up as (
    select
        workspace_id,
        conversation_id,
        {%- for name in figures %}
            case when {{ is_whole }} then coalesce({{ sum_int(name ~ '_part_seconds') }}, 0) end as {{ name }}_seconds,
            case
                when not {{ is_whole }} then null
                when count({{ name }}_part_seconds) = 0 then 0
                else {{ if_all_known(sum_int(name ~ '_part_office_seconds'), name ~ '_part_office_seconds', name ~ '_part_seconds') }}
            end as {{ name }}_office_seconds,
        {%- endfor %}
        max(case when ended_at is null then measured_to_at end) as measured_to_at,
        max(conversation_created_at) as conversation_created_at,
        max(built_from) as built_from,
    from measured
    group by workspace_id, conversation_id
),

final as (
    select
        added_up.*,
        counted.count_teams_assigned,
        counted.count_teammates_assigned,
    from added_up
    inner join counted
        on
            added_up.workspace_id = counted.workspace_id
            and added_up.conversation_id = counted.conversation_id
)

select * from final
