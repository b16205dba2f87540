-- one row per window of whole weeks, group, weekday and hour of the day in which a customer began a conversation: how many began
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}

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

new_conversations as (
    select
        workspace_id,
        team_id,
        channel,
        day,
        {{ days_since_monday('day') }} + 1 as weekday,
        {{ local_hour('happened_at', reporting_time_zone()) }} as hour_of_day,
    from support_events
    where event = 'new'
),

windowed_conversations as (
    {{ in_each_window('new_conversations', 'windows') }}
),

counted as (
    select
        workspace_id,
        window_weeks,
        grouped_by,
        group_team_id,
        group_channel,
        weekday,
        hour_of_day,
        count(*) as new_conversations,
    from windowed_conversations
    where window_name = 'latest'
    group by workspace_id, window_weeks, grouped_by, group_team_id, group_channel, weekday, hour_of_day
),

final as (
    select
        workspace_id,
        window_weeks,
        grouped_by,
        group_team_id as team_id,
        group_channel as channel,
        weekday,
        hour_of_day,
        new_conversations,
    from counted
)

select * from final
