-- one row per day (of the reporting time zone), team and channel, from the first day on which anything happened: what came in,
-- what was done, and what was left at the end of the day
with

conversation_metrics as (
    select * from {{ ref('conversation_metrics') }}
),

spells as (
    select * from {{ ref('int_conversation_spells') }}
),

turns as (
    select * from {{ ref('int_conversation_turns') }}
),

-- The team is the one of now: a conversation that is handed over moves with its whole past, so that the days add up.
keys as (
    select
        workspace_id,
        conversation_id,
        coalesce(last_team_id, 'none') as team_id,
        coalesce(channel, 'unknown') as channel,
    from conversation_metrics
),

day_of_data as (
    select
        workspace_id,
        {{ local_date('max(data_as_of_at)', "'" ~ var('reporting_time_zone') ~ "'") }} as last_on,
    from conversation_metrics
    group by workspace_id
),

happenings as (
    select
        workspace_id,
        conversation_id,
        created_at as happened_at,
        'created' as happening,
        started_by = 'customer' as is_by_customer,
        null as seconds,
        null as office_seconds,
        null as rating,
        sla_status,
    from conversation_metrics
    union all
    select
        workspace_id,
        conversation_id,
        opened_at as happened_at,
        case when is_reopening then 'reopened' else 'opened' end as happening,
        false as is_by_customer,
        null as seconds,
        null as office_seconds,
        null as rating,
        null as sla_status,
    from spells
    union all
    select
        workspace_id,
        conversation_id,
        closed_at as happened_at,
        'closed' as happening,
        false as is_by_customer,
        null as seconds,
        null as office_seconds,
        null as rating,
        null as sla_status,
    from spells
    where closed_at is not null
    union all
    select
        workspace_id,
        conversation_id,
        ended_at as happened_at,
        'reply' as happening,
        false as is_by_customer,
        turn_seconds as seconds,
        turn_office_seconds as office_seconds,
        null as rating,
        null as sla_status,
    from turns
    where ended_by = 'reply'
    union all
    select
        workspace_id,
        conversation_id,
        first_reply_at as happened_at,
        'first_reply' as happening,
        false as is_by_customer,
        time_to_first_reply_seconds as seconds,
        time_to_first_reply_office_seconds as office_seconds,
        null as rating,
        null as sla_status,
    from conversation_metrics
    where first_reply_at is not null
    union all
    select
        workspace_id,
        conversation_id,
        closed_at as happened_at,
        'resolution' as happening,
        false as is_by_customer,
        time_to_resolution_seconds as seconds,
        time_to_resolution_office_seconds as office_seconds,
        null as rating,
        null as sla_status,
    from conversation_metrics
    where closed_at is not null
    union all
    select
        workspace_id,
        conversation_id,
        rating_answered_at as happened_at,
        'rating' as happening,
        false as is_by_customer,
        null as seconds,
        null as office_seconds,
        rating,
        null as sla_status,
    from conversation_metrics
    where rating_answered_at is not null
),

dated as (
    select
        keys.workspace_id,
        keys.team_id,
        keys.channel,
        {{ local_date('happenings.happened_at', "'" ~ var('reporting_time_zone') ~ "'") }} as day,
        happenings.happening,
        happenings.is_by_customer,
        happenings.seconds,
        happenings.office_seconds,
        happenings.rating,
        happenings.sla_status,
    from happenings
    inner join keys
        on happenings.workspace_id = keys.workspace_id and happenings.conversation_id = keys.conversation_id
),

counted as (
    select
        workspace_id,
        team_id,
        channel,
        day,
        {{ count_if("happening = 'created'") }} as created,
        {{ count_if("happening = 'created' and is_by_customer") }} as created_by_customers,
        {{ count_if("happening = 'opened'") }} as opened,
        {{ count_if("happening = 'reopened'") }} as reopened,
        {{ count_if("happening = 'closed'") }} as closed,
        {{ count_if("happening = 'reply'") }} as replies,
        {{ count_if("happening = 'first_reply'") }} as first_replies,
        {{ count_if("happening = 'resolution'") }} as resolutions,
        {{ count_if("happening = 'rating'") }} as ratings,
        {{ count_if("happening = 'rating' and rating >= 4") }} as ratings_satisfied,
        {{ count_if("happening = 'created' and sla_status = 'hit'") }} as sla_hit,
        {{ count_if("happening = 'created' and sla_status = 'missed'") }} as sla_missed,
        {%- for name in ['first_reply', 'reply', 'resolution'] %}
            {%- for percent in [50, 90] %}
                {{ percentile("case when happening = '" ~ name ~ "' then seconds end", percent) }}
                    as p{{ percent }}_time_to_{{ name }}_seconds,
                {{ percentile("case when happening = '" ~ name ~ "' then office_seconds end", percent) }}
                    as p{{ percent }}_time_to_{{ name }}_office_seconds,
            {%- endfor %}
        {%- endfor %}
    from dated
    group by workspace_id, team_id, channel, day
),

-- Days without anything have a backlog too.
first_days as (
    select
        counted.workspace_id,
        counted.team_id,
        counted.channel,
        min(counted.day) as first_on,
        greatest(max(counted.day), max(day_of_data.last_on)) as last_on,
    from counted
    inner join day_of_data on counted.workspace_id = day_of_data.workspace_id
    group by counted.workspace_id, counted.team_id, counted.channel
),

days as (
    select
        workspace_id,
        team_id,
        channel,
        day,
    from first_days
    {{ unnest_days('first_on', 'last_on', 'day') }}
),

teams as (
    select * from {{ ref('teams') }}
),

final as (
    select
        days.day,
        days.team_id,
        days.channel,
        days.workspace_id,
        teams.name as team_name,

        coalesce(counted.created, 0) as created,
        coalesce(counted.created_by_customers, 0) as created_by_customers,
        coalesce(counted.opened, 0) as opened,
        coalesce(counted.reopened, 0) as reopened,
        coalesce(counted.closed, 0) as closed,
        {{ sum_int(
            'coalesce(counted.opened, 0) + coalesce(counted.reopened, 0) - coalesce(counted.closed, 0)',
            over='over (
                partition by days.workspace_id, days.team_id, days.channel order by days.day
                rows between unbounded preceding and current row
            )',
        ) }} as backlog,
        coalesce(counted.first_replies, 0) as first_replies,
        coalesce(counted.replies, 0) as replies,
        coalesce(counted.resolutions, 0) as resolutions,
        coalesce(counted.ratings, 0) as ratings,
        coalesce(counted.ratings_satisfied, 0) as ratings_satisfied,
        {{ safe_share('counted.ratings_satisfied', 'counted.ratings') }} as csat,
        coalesce(counted.sla_hit, 0) as sla_hit,
        coalesce(counted.sla_missed, 0) as sla_missed,
        {%- for name in ['time_to_first_reply', 'time_to_reply', 'time_to_resolution'] %}
            {%- for percent in [50, 90] %}
                counted.p{{ percent }}_{{ name }}_seconds,
                counted.p{{ percent }}_{{ name }}_office_seconds,
            {%- endfor %}
        {%- endfor %}
    from days
    left join counted
        on
            days.workspace_id = counted.workspace_id
            and days.team_id = counted.team_id
            and days.channel = counted.channel
            and days.day = counted.day
    left join teams on days.workspace_id = teams.workspace_id and days.team_id = teams.team_id
)

select * from final
