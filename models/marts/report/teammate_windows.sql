-- one row per window of whole weeks (the last 4, 13 or 52), group and human teammate: what the teammate did, and how fast
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{%- set groups = ['workspace_id', 'window_weeks', 'grouped_by', 'group_team_id', 'group_channel', 'teammate_id'] %}
{%- set figures = [
    'closed', 'first_replies', 'replies', 'resolutions', 'customer_resolutions', 'ratings', 'ratings_satisfied', 'ratings_requested',
    'rating_requests_answered', 'csat', 'rating_response_rate',
] %}

with

support_events as (
    select * from {{ ref('support_events') }}
),

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

teammates as (
    select * from {{ ref('teammates') }}
),

windows as (
    {{ windows_of('support_weekly') }}
),

known_events as (
    select * from support_events
    where teammate_id is not null
),

windowed_events as (
    {{ in_each_window('known_events', 'windows') }}
),

latest_events as (
    select * from windowed_events
    where window_name = 'latest'
),

ranked_events as (
    {{ with_ranks('latest_events', groups + ['event'], ['seconds', 'office_seconds']) }}
),

counted as (
    select
        {{ select_columns(groups) }}
        {{ period_metrics(only=figures, is_ranked=true) }}
    from ranked_events
    group by {{ groups | join(', ') }}
),

final as (
    select
        counted.workspace_id,
        counted.window_weeks,
        counted.grouped_by,
        counted.group_team_id as team_id,
        counted.group_channel as channel,
        counted.teammate_id,
        teammates.name as teammate_name,
        {{ period_metrics('counted', only=figures) }}
    from counted
    inner join teammates
        on counted.workspace_id = teammates.workspace_id and counted.teammate_id = teammates.teammate_id
)

select * from final
