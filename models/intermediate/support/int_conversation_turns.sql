-- one row per turn: a time in which the team owed the customer an answer, or the customer owed the team one
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'turn_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

-- Only events before or after the parts that were never shown count, because whose turn it was in between is unknown.
turn_events as (
    select * from events
    where turn_after is not null and not (is_before_gap and is_after_gap)
),

with_turn_before as (
    select
        *,
        lag(turn_after) over (partition by workspace_id, conversation_id, is_after_gap order by position) as turn_before,
    from turn_events
),

changes as (
    select * from with_turn_before
    where turn_before is null or turn_before <> turn_after
),

with_next as (
    select
        *,
        row_number() over (partition by workspace_id, conversation_id order by position) as turn_number,
        lead(happened_at) over (partition by workspace_id, conversation_id, is_after_gap order by position) as ended_at,
        lead(open_seconds_at) over (partition by workspace_id, conversation_id, is_after_gap order by position) as ended_open_seconds,
        lead(turn_after) over (partition by workspace_id, conversation_id, is_after_gap order by position) as next_turn,
        lead(author_kind = 'teammate' and is_message) over (
            partition by workspace_id, conversation_id, is_after_gap order by position
        ) as is_ended_by_teammate_message,
        lead(author_id) over (partition by workspace_id, conversation_id, is_after_gap order by position) as ended_by_author_id,
        lead(is_by_a_whole_team) over (
            partition by workspace_id, conversation_id, is_after_gap order by position
        ) as is_ended_by_a_whole_team,
    from changes
),

turns as (
    select
        workspace_id,
        conversation_id,
        turn_number,
        turn_after as whose_turn,
        -- A close with an answer counts as an answer. A close without one ends the wait, and nobody was answered.
        case
            when ended_at is null then null
            when turn_after = 'team' and coalesce(is_ended_by_teammate_message, false) then 'reply'
            when next_turn = 'team' then 'customer_message'
            else 'close'
        end as ended_by,
        author_id as started_by_id,
        case
            when turn_after = 'team' and coalesce(is_ended_by_teammate_message, false) and not coalesce(is_ended_by_a_whole_team, false)
                then ended_by_author_id
        end as replied_by_teammate_id,
        ended_by_author_id as ended_by_id,
        happened_at as started_at,
        ended_at,
        open_seconds_at as started_open_seconds,
        {{ secs_between('happened_at', 'ended_at') }} as turn_seconds,
        ended_open_seconds - open_seconds_at as turn_office_seconds,
        conversation_created_at,
        built_from,
    from with_next
    where
        turn_after in ('team', 'customer')
        -- A turn that began or ended among parts that were never shown has no known length and is not under way.
        and not (is_after_gap and turn_before is null)
        and not (is_before_gap and ended_at is null)
),

final as (
    select
        *,
        -- The first answer counts apart from those that follow.
        case
            when ended_by = 'reply'
                then row_number() over (
                    partition by workspace_id, conversation_id, ended_by order by turn_number
                )
        end as reply_number,
    from turns
)

select * from final
