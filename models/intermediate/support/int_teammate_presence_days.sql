-- one row per day (of the reporting time zone) and teammate in the activity log: how long the teammate was away, and busy
{{ config(cluster_by=['workspace_id', 'teammate_id']) }}

with

activity_logs as (
    select * from {{ ref('stg_intercom__activity_logs') }}
),

-- Later entries may be missing: the log is known up to its newest retrieval.
known_until as (
    select
        workspace_id,
        max(fetched_at) as known_until_at,
    from activity_logs
    group by workspace_id
),

-- Two stories of a teammate, each of which goes on until its next entry.
states as (
    select
        workspace_id,
        teammate_id,
        'away' as story,
        case when is_away then 'away' else 'present' end as state,
        activity_id,
        created_at,
    from activity_logs
    where activity_type = 'admin_away_mode_change' and is_away is not null and teammate_id is not null
    union all
    select
        workspace_id,
        teammate_id,
        'occupancy' as story,
        new_state as state,
        activity_id,
        created_at,
    from activity_logs
    where activity_type = 'admin_occupancy_state_change' and new_state in ('idle', 'occupied') and teammate_id is not null
),

with_ends as (
    select
        states.workspace_id,
        states.teammate_id,
        states.state,
        states.created_at as started_at,
        coalesce(
            lead(states.created_at) over (
                partition by states.workspace_id, states.teammate_id, states.story order by states.created_at, states.activity_id
            ),
            known_until.known_until_at
        ) as ended_at,
    from states
    inner join known_until on states.workspace_id = known_until.workspace_id
),

stretches as (
    select
        *,
        {{ local_date('started_at', reporting_time_zone()) }} as started_on,
        {{ local_date('ended_at', reporting_time_zone()) }} as ended_on,
    from with_ends
    where started_at < ended_at
),

days as (
    select
        workspace_id,
        teammate_id,
        state,
        started_at,
        ended_at,
        day,
    from stretches
    {{ unnest_days('started_on', 'ended_on', 'day') }}
),

bounded as (
    select
        *,
        {{ wall_clock_to_utc('day', 0, reporting_time_zone()) }} as day_from_at,
        {{ wall_clock_to_utc(add_days('day', 1), 0, reporting_time_zone()) }} as day_to_at,
    from days
),

measured as (
    select
        workspace_id,
        teammate_id,
        day,
        state,
        {{ secs_between('greatest(started_at, day_from_at)', 'least(ended_at, day_to_at)') }} as seconds,
    from bounded
),

-- The log may tell only one of the two stories: the other is null then.
summed as (
    select
        workspace_id,
        teammate_id,
        day,
        {%- for state in ['away', 'present', 'occupied', 'idle'] %}
            {{ sum_int("case when state = '" ~ state ~ "' then seconds end") }}
                as {{ state }}_seconds,
        {%- endfor %}
    from measured
    group by workspace_id, teammate_id, day
),

final as (
    select
        workspace_id,
        teammate_id,
        day,
        coalesce(away_seconds, case when present_seconds is not null then 0 end) as away_seconds,
        coalesce(occupied_seconds, case when idle_seconds is not null then 0 end) as occupied_seconds,
        coalesce(idle_seconds, case when occupied_seconds is not null then 0 end) as idle_seconds,
    from summed
)

select * from final
