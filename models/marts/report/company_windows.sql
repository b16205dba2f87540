-- one row per window of whole weeks (the last 4, 13 or 52), group and company: what came in from the company, and how it was served
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{%- set groups = ['workspace_id', 'window_weeks', 'grouped_by', 'group_team_id', 'group_channel', 'company_id'] %}
{%- set figures = [
    'new_conversations', 'reopened', 'closed', 'first_replies', 'replies', 'resolutions', 'customer_resolutions', 'ratings',
    'ratings_satisfied', 'csat',
] %}

with

support_events as (
    select * from {{ ref('support_events') }}
),

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

companies as (
    select * from {{ ref('companies') }}
),

windows as (
    {{ windows_of('support_weekly') }}
),

known_events as (
    select * from support_events
    where company_id is not null
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
        counted.company_id,
        companies.name as company_name,
        companies.plan_name,
        companies.monthly_spend,
        {{ period_metrics('counted', only=figures) }}
    from counted
    left join companies
        on counted.workspace_id = companies.workspace_id and counted.company_id = companies.company_id
)

select * from final
