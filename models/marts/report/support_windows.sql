-- one row per window of whole weeks (the last 4, 13 or 52, and as many before), and group: what came in, what was done, and how fast
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{%- set groups = ['workspace_id', 'window_weeks', 'window_name', 'grouped_by', 'group_team_id', 'group_channel'] %}

with

support_events as (
    select * from {{ ref('support_events') }}
),

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

windows as (
    {{ windows_of('support_weekly') }}
),

windowed_events as (
    {{ in_each_window('support_events', 'windows') }}
),

ranked_events as (
    {{ with_ranks('windowed_events', groups + ['event'], ['seconds', 'office_seconds']) }}
),

counted as (
    select
        {{ select_columns(groups) }}
        {{ period_metrics(is_ranked=true) }}
    from ranked_events
    group by {{ groups | join(', ') }}
),

-- A window in which nothing happened has a row too, with counts of 0.
known_groups as (
    select distinct
        workspace_id,
        grouped_by,
        group_team_id,
        group_channel,
    from counted
),

final as (
    select
        windows.workspace_id,
        windows.window_weeks,
        windows.window_name,
        known_groups.grouped_by,
        known_groups.group_team_id as team_id,
        known_groups.group_channel as channel,
        windows.starts_on,
        {{ add_days('windows.ends_before_on', -1) }} as ends_on,
        windows.is_whole,
        {{ period_metrics('counted') }}
    from windows
    inner join known_groups on windows.workspace_id = known_groups.workspace_id
    left join counted
        on
            windows.workspace_id = counted.workspace_id
            and windows.window_weeks = counted.window_weeks
            and windows.window_name = counted.window_name
            and known_groups.grouped_by = counted.grouped_by
            and known_groups.group_team_id = counted.group_team_id
            and known_groups.group_channel = counted.group_channel
)

select * from final
