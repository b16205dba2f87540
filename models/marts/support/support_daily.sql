-- one row per day (of the reporting time zone), team and channel, from the first day with any event: came in, done, left at day's end
{{ config(
    meta={'attribute_groups_of': 'conversation_attribute_columns'},
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'team_id', 'channel'],
) }}
{#- Besides team and channel, `vars: conversation_attribute_columns` may group by attributes. Until the end their names are prefixed. #}
{%- set attributes = attribute_groups() | map(attribute='column') | list %}
{%- set groups = ['channel'] + attributes | map('replace', '', 'group_by_', 1) | list %}
{%- set keys = ['workspace_id', 'team_id'] + groups %}

with

conversation_metrics as (
    select * from {{ ref('conversation_metrics') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

spells as (
    select * from {{ ref('int_conversation_spells') }}
),

support_events as (
    select * from {{ ref('support_events') }}
),

-- On each day a conversation counts for the team that has it when the day ends, so a handover does not change past days.
team_days as (
    select * from {{ ref('int_conversation_team_days') }}
),

channels as (
    select
        workspace_id,
        conversation_id,
        coalesce(channel, 'unknown') as channel,
        {%- for attribute in attributes %}
            coalesce({{ attribute }}, 'none') as group_by_{{ attribute }},
        {%- endfor %}
    from conversation_metrics
),

day_of_data as (
    select
        workspace_id,
        {{ local_date('conversations_as_of_at', reporting_time_zone()) }} as last_on,
    from freshness
),

-- Conversations in the backlog of the day before that changed teams: they leave one team's backlog and enter the other's.
open_days as (
    select
        spells.workspace_id,
        spells.conversation_id,
        {{ local_date('spells.opened_at', reporting_time_zone()) }} as opened_on,
        {{ local_date('spells.closed_at', reporting_time_zone()) }} as closed_on,
    from spells
    inner join conversation_metrics
        on
            spells.workspace_id = conversation_metrics.workspace_id
            and spells.conversation_id = conversation_metrics.conversation_id
    where not conversation_metrics.is_merged_away
),

handovers as (
    select
        team_days.workspace_id,
        team_days.conversation_id,
        team_days.team_before,
        team_days.team_id,
        team_days.from_on as day,
    from team_days
    inner join open_days
        on
            team_days.workspace_id = open_days.workspace_id
            and team_days.conversation_id = open_days.conversation_id
            and team_days.from_on > open_days.opened_on
            and (open_days.closed_on is null or team_days.from_on <= open_days.closed_on)
    where team_days.team_before is not null
),

moves as (
    {%- for event, team in {'handed_out': 'team_before', 'handed_in': 'team_id'}.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            conversation_id,
            {{ team }} as team_id,
            day,
            '{{ event }}' as event,
        from handovers
    {%- endfor %}
),

-- What is counted. A conversation counts in its groups of today, on past days too.
events as (
    select
        support_events.workspace_id,
        support_events.team_id,
        {{ select_columns(groups, of='channels') }}
        support_events.day,
        support_events.event,
        support_events.is_started_by_customer,
        support_events.seconds,
        support_events.office_seconds,
        support_events.rating,
        support_events.sla_status,
    from support_events
    inner join channels
        on
            support_events.workspace_id = channels.workspace_id
            and support_events.conversation_id = channels.conversation_id
    union all
    select
        moves.workspace_id,
        moves.team_id,
        {{ select_columns(groups, of='channels') }}
        moves.day,
        moves.event,
        null as is_started_by_customer,
        null as seconds,
        null as office_seconds,
        null as rating,
        null as sla_status,
    from moves
    inner join channels
        on moves.workspace_id = channels.workspace_id and moves.conversation_id = channels.conversation_id
),

counted as (
    select
        {{ select_columns(keys) }}
        day,
        {{ count_if("event = 'created'") }} as created,
        {{ count_if("event = 'created' and is_started_by_customer") }} as created_by_customers,
        {{ count_if("event = 'opened'") }} as opened,
        {{ count_if("event = 'reopened'") }} as reopened,
        {{ count_if("event = 'closed'") }} as closed,
        {{ count_if("event = 'handed_in'") }} as handed_in,
        {{ count_if("event = 'handed_out'") }} as handed_out,
        {{ count_if("event = 'reply'") }} as replies,
        {{ count_if("event = 'first_reply'") }} as first_replies,
        {{ count_if("event = 'resolution'") }} as resolutions,
        {{ count_if("event = 'rating'") }} as ratings,
        {{ count_if("event = 'rating' and rating >= 4") }} as ratings_satisfied,
        {{ count_if("event = 'created' and sla_status = 'hit'") }} as sla_hit,
        {{ count_if("event = 'created' and sla_status = 'missed'") }} as sla_missed,
        {%- for name in ['first_reply', 'reply', 'resolution'] %}
            {%- for percent in [50, 90] %}
                {{ percentile("case when event = '" ~ name ~ "' then seconds end", percent) }}
                    as p{{ percent }}_time_to_{{ name }}_seconds,
                {{ percentile("case when event = '" ~ name ~ "' then office_seconds end", percent) }}
                    as p{{ percent }}_time_to_{{ name }}_office_seconds,
            {%- endfor %}
        {%- endfor %}
    from events
    group by {{ keys | join(', ') }}, day
),

-- Days without events have a backlog too.
first_days as (
    select
        {{ select_columns(keys, of='counted') }}
        min(counted.day) as first_on,
        least(
            greatest(max(counted.day), max(day_of_data.last_on)),
            {{ add_days('max(day_of_data.last_on)', office_clock_days_ahead()) }}
        ) as last_on,
    from counted
    inner join day_of_data on counted.workspace_id = day_of_data.workspace_id
    group by counted.{{ keys | join(', counted.') }}
),

days as (
    select
        {{ select_columns(keys) }}
        day,
    from first_days
    {{ unnest_days('first_on', 'last_on', 'day') }}
    union all
    -- An event dated over a year after the data is dated wrong. It gets its own day but not the days before it, which would be millions up
    -- to the year 9999.
    select
        {{ select_columns(keys, of='counted') }}
        counted.day,
    from counted
    inner join first_days
        on {{ same_columns(keys, 'counted', 'first_days') }}
    where counted.day > first_days.last_on
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

        {%- for name in ['created', 'created_by_customers', 'opened', 'reopened', 'closed', 'handed_in', 'handed_out'] %}
            coalesce(counted.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {{ sum_int(
            'coalesce(counted.opened, 0) + coalesce(counted.reopened, 0) + coalesce(counted.handed_in, 0)'
            ~ ' - coalesce(counted.closed, 0) - coalesce(counted.handed_out, 0)',
            over='over (partition by days.' ~ keys | join(', days.') ~ ' order by days.day'
            ~ ' rows between unbounded preceding and current row)',
        ) }} as backlog,
        {%- for name in ['first_replies', 'replies', 'resolutions', 'ratings', 'ratings_satisfied'] %}
            coalesce(counted.{{ name }}, 0) as {{ name }},
        {%- endfor %}
        {{ safe_share('counted.ratings_satisfied', 'counted.ratings') }} as csat,
        coalesce(counted.sla_hit, 0) as sla_hit,
        coalesce(counted.sla_missed, 0) as sla_missed,
        {%- for name in ['time_to_first_reply', 'time_to_reply', 'time_to_resolution'] %}
            {%- for percent in [50, 90] %}
                counted.p{{ percent }}_{{ name }}_seconds,
                counted.p{{ percent }}_{{ name }}_office_seconds,
            {%- endfor %}
        {%- endfor %}
        {%- for attribute in attributes %}
            days.group_by_{{ attribute }} as {{ attribute }},
        {%- endfor %}
    from days
    left join counted
        on {{ same_columns(keys + ['day'], 'days', 'counted') }}
    left join teams on days.workspace_id = teams.workspace_id and days.team_id = teams.team_id
)

select * from final
