-- one row per window of whole weeks (the last 4, 13 or 52), group and human teammate: what the teammate did, and how fast
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
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

{{ window_figures_by('teammate_id', figures) }},

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
