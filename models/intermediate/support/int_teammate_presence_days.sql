-- one row per day (of the reporting time zone) and teammate in the activity log: how long the teammate was away, and busy while not away
{{ config(cluster_by=['workspace_id', 'teammate_id'], meta={'logic_version': 2}) }}
{%- set teammate = 'partition by workspace_id, teammate_id order by created_at, activity_id' %}

with

activity_logs as (
    select * from {{ ref('stg_intercom__activity_logs') }}
),

loads as (
    select * from {{ ref('stg_intercom__loads') }}
),

-- A load without new entries says that the last states went on.
loaded_until as (
    select
        workspace_id,
        max(window_to_at) as window_to_at,
    from loads
    where stream = 'activity_logs'
    group by workspace_id
),

last_retrievals as (
    select
        workspace_id,
        max(fetched_at) as fetched_at,
    from activity_logs
    group by workspace_id
),

known_until as (
    select
        last_retrievals.workspace_id,
        {{ later_of('last_retrievals.fetched_at', 'loaded_until.window_to_at') }} as known_until_at,
    from last_retrievals
    left join loaded_until on last_retrievals.workspace_id = loaded_until.workspace_id
),

entries as (
    select
        workspace_id,
        teammate_id,
        activity_id,
        created_at,
        case when activity_type = 'admin_away_mode_change' then is_away end as is_away,
        case when activity_type = 'admin_occupancy_state_change' and new_state in ('idle', 'occupied') then new_state end as new_state,
    from activity_logs
    where teammate_id is not null
),

-- Two stories of a teammate: each goes on until its next entry, also past the entries of the other.
states as (
    select
        workspace_id,
        teammate_id,
        {%- for column in ['is_away', 'new_state'] %}
            last_value({{ column }} ignore nulls) over (
                {{ teammate }} rows between unbounded preceding and current row
            ) as {{ column }},
        {%- endfor %}
        created_at as started_at,
        lead(created_at) over ({{ teammate }}) as next_entry_at,
    from entries
    where is_away is not null or new_state is not null
),

with_ends as (
    select
        states.workspace_id,
        states.teammate_id,
        states.is_away,
        -- With nights and time away as idle time, a teammate's busiest day would look like a third of a day.
        case when not states.is_away then states.new_state end as state_at_work,
        states.new_state is not null as is_occupancy_known,
        states.started_at,
        coalesce(states.next_entry_at, known_until.known_until_at) as ended_at,
    from states
    inner join known_until on states.workspace_id = known_until.workspace_id
    where states.is_away is not null
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
        is_away,
        state_at_work,
        is_occupancy_known,
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

-- A stretch that ends at midnight has no time of the day that begins then.
measured as (
    select
        workspace_id,
        teammate_id,
        day,
        is_away,
        state_at_work,
        is_occupancy_known,
        {{ secs_between('greatest(started_at, day_from_at)', 'least(ended_at, day_to_at)') }} as seconds,
    from bounded
    where ended_at > day_from_at
),

-- Where the log does not tell yet how busy a teammate is, that is null, and not 0. On a day away it is 0.
final as (
    select
        workspace_id,
        teammate_id,
        day,
        {{ sum_int('case when is_away then seconds else 0 end') }}
            as away_seconds,
        {%- for state in ['occupied', 'idle'] %}
            {{ sum_int("case when state_at_work = '" ~ state ~ "' then seconds when is_occupancy_known then 0 end") }}
                as {{ state }}_seconds,
        {%- endfor %}
    from measured
    group by workspace_id, teammate_id, day
)

select * from final
