-- one row per conversation and unbroken run of days that ended with the same team (days of the reporting time zone)
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'logic_version': 2},
    unique_key=['workspace_id', 'conversation_id', 'from_on'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

all_conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

all_events as (
    select * from {{ new_rows_of(ref('int_conversation_events')) }}
    where {{ in_months('conversation_created_at', months) }}
),

facts as (
    select * from {{ new_rows_of(ref('int_conversation_facts')) }}
    where {{ in_months('conversation_created_at', months) }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

conversations as (
    select
        all_conversations.workspace_id,
        all_conversations.conversation_id,
        all_conversations.created_at,
        all_conversations.team_assignee_id,
        facts.last_assigned_team_id,
        -- Where parts of the thread were never seen, and no part that was seen gave the team, one of those gave it: nothing says which.
        case
            when not (facts.is_partly_unseen and facts.first_assigned_team_id is null and facts.last_assigned_team_id is null)
                then facts.last_assignment_at
        end as last_assignment_at,
        changed.built_from,
    from all_conversations
    inner join changed
        on
            all_conversations.workspace_id = changed.workspace_id
            and all_conversations.conversation_id = changed.conversation_id
    inner join facts
        on
            all_conversations.workspace_id = facts.workspace_id
            and all_conversations.conversation_id = facts.conversation_id
),

-- Without the first rows, the day of the creation would belong to no team when the assignment came later. Without the last rows, a
-- team that was assigned together with a teammate would never have had it: the part names only the teammate.
team_changes as (
    select
        workspace_id,
        conversation_id,
        'none' as team_id,
        created_at as changed_at,
        0 as position,
    from conversations
    union all
    select
        all_events.workspace_id,
        all_events.conversation_id,
        all_events.assigned_to_team_id as team_id,
        all_events.happened_at as changed_at,
        all_events.position,
    from all_events
    inner join changed
        on all_events.workspace_id = changed.workspace_id and all_events.conversation_id = changed.conversation_id
    where all_events.assigned_to_team_id is not null
    union all
    select
        workspace_id,
        conversation_id,
        team_assignee_id as team_id,
        coalesce(last_assignment_at, created_at) as changed_at,
        1000000000 as position,
    from conversations
    where team_assignee_id is not null and (last_assigned_team_id is null or last_assigned_team_id <> team_assignee_id)
),

dated as (
    select
        *,
        {{ local_date('changed_at', reporting_time_zone()) }} as from_on,
    from team_changes
),

-- The team that had the conversation when the day ended.
last_of_the_day as (
    select *
    from dated
    where true
    qualify row_number() over (
        partition by workspace_id, conversation_id, from_on order by changed_at desc, position desc
    ) = 1
),

with_before as (
    select
        *,
        lag(team_id) over (partition by workspace_id, conversation_id order by from_on) as team_before,
    from last_of_the_day
),

final as (
    select
        with_before.workspace_id,
        with_before.conversation_id,
        with_before.team_id,
        with_before.team_before,
        with_before.from_on,
        lead(with_before.from_on) over (
            partition by with_before.workspace_id, with_before.conversation_id order by with_before.from_on
        ) as until_on,
        conversations.created_at as conversation_created_at,
        conversations.built_from,
    from with_before
    inner join conversations
        on
            with_before.workspace_id = conversations.workspace_id
            and with_before.conversation_id = conversations.conversation_id
    where with_before.team_before is null or with_before.team_before <> with_before.team_id
)

select * from final
