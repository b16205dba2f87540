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
    select * from {{ ref('int_conversation_metrics') }}
),

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

spells as (
    select * from {{ ref('int_conversation_spells') }}
),

support_days as (
    select * from {{ ref('int_support_days') }}
),

-- On each day a conversation counts for the team that has it when the day ends, so a handover does not change past days.
team_days as (
    select * from {{ ref('int_conversation_team_days') }}
),

backlog_runs as (
    select * from {{ ref('int_conversation_backlog_days') }}
),

channels as (
    select
        workspace_id,
        conversation_id,
        is_merged_away,
        coalesce(channel, 'unknown') as channel,
        {%- for attribute in attributes %}
            coalesce({{ attribute }}, 'none') as group_by_{{ attribute }},
        {%- endfor %}
    from conversation_metrics
),

day_of_data as (
    select
        workspace_id,
        conversations_as_of_on as last_on,
    from workspace_dates
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

counted as (
    select
        *,
        {%- for attribute in attributes %}
            {{ attribute }} as group_by_{{ attribute }},
        {%- endfor %}
    from support_days
),

moved as (
    select
        moves.workspace_id,
        moves.team_id,
        {{ select_columns(groups, of='channels') }}
        moves.day,
        {{ count_if("moves.event = 'handed_in'") }} as handed_in,
        {{ count_if("moves.event = 'handed_out'") }} as handed_out,
    from moves
    inner join channels
        on moves.workspace_id = channels.workspace_id and moves.conversation_id = channels.conversation_id
    group by moves.workspace_id, moves.team_id, {{ 'channels.' ~ groups | join(', channels.') }}, moves.day
),

busy_days as (
    select
        {{ select_columns(keys) }}
        day,
    from counted
    union distinct
    select
        {{ select_columns(keys) }}
        day,
    from moved
),

-- Days without events have a backlog too.
first_days as (
    select
        {{ select_columns(keys, of='busy_days') }}
        min(busy_days.day) as first_on,
        least(
            greatest(max(busy_days.day), max(day_of_data.last_on)),
            {{ add_days('max(day_of_data.last_on)', office_clock_days_ahead()) }}
        ) as last_on,
    from busy_days
    inner join day_of_data on busy_days.workspace_id = day_of_data.workspace_id
    group by busy_days.{{ keys | join(', busy_days.') }}
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
        {{ select_columns(keys, of='busy_days') }}
        busy_days.day,
    from busy_days
    inner join first_days
        on {{ same_columns(keys, 'busy_days', 'first_days') }}
    where busy_days.day > first_days.last_on
),

-- A conversation that was merged into another is in no backlog.
backlog_days as (
    select
        backlog_runs.workspace_id,
        backlog_runs.team_id,
        {{ select_columns(groups, of='channels') }}
        backlog_runs.backlog_class,
        backlog_runs.age_band,
        backlog_runs.from_on,
        backlog_runs.until_on,
    from backlog_runs
    inner join channels
        on
            backlog_runs.workspace_id = channels.workspace_id
            and backlog_runs.conversation_id = channels.conversation_id
    where not channels.is_merged_away
),

splits as (
    {{ split_backlog('backlog_days', 'days', keys) }}
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

        coalesce(moved.handed_in, 0) as handed_in,
        coalesce(moved.handed_out, 0) as handed_out,
        {{ sum_int(
            'coalesce(counted.opened, 0) + coalesce(counted.reopened, 0) + coalesce(moved.handed_in, 0)'
            ~ ' - coalesce(counted.closed, 0) - coalesce(moved.handed_out, 0)',
            over='over (partition by days.' ~ keys | join(', days.') ~ ' order by days.day'
            ~ ' rows between unbounded preceding and current row)',
        ) }} as backlog,
        {%- for split in backlog_splits() %}
            splits.{{ split.column }},
        {%- endfor %}
        {{ period_metrics('counted') }}
        {%- for attribute in attributes %}
            days.group_by_{{ attribute }} as {{ attribute }},
        {%- endfor %}
    from days
    left join counted
        on {{ same_columns(keys + ['day'], 'days', 'counted') }}
    left join moved
        on {{ same_columns(keys + ['day'], 'days', 'moved') }}
    left join splits
        on {{ same_columns(keys + ['day'], 'days', 'splits') }}
    left join teams on days.workspace_id = teams.workspace_id and days.team_id = teams.team_id
)

select * from final
