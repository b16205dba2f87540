-- one row per window of whole weeks (the last 4, 13 or 52), group and company: what came in from the company, and how it was served
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
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

{{ window_figures_by('company_id', figures) }},

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
