-- one row per whole week or month, group and key figure: the period's value beside the value of the period before
{{ config(
    partition_by=monthly('period_start', 'date'),
    cluster_by=['workspace_id', 'period', 'grouped_by', 'metric'],
) }}
{#- The key figures, and the column that says of how many things each one is. A count is of itself. #}
{%- set metrics = {
    'created': none, 'new_conversations': none, 'reopened': none, 'closed': none, 'replies': none, 'resolutions': none,
    'backlog': none, 'backlog_waiting_for_us': none,
    'csat': 'ratings', 'rating_response_rate': 'ratings_requested', 'sla_hit_rate': 'sla_decided',
    'first_contact_resolution_rate': 'complete_resolutions',
    'ai_agent_involvement_rate': 'new_conversations', 'ai_agent_answer_rate': 'ai_agent_involved',
    'ai_agent_deflection_rate': 'ai_agent_involved', 'ai_agent_resolution_rate': 'ai_agent_involved',
    'ai_agent_handover_rate': 'ai_agent_involved', 'ai_agent_automation_rate': 'new_conversations', 'ai_agent_csat': 'ai_agent_ratings', 'average_cx_score': 'cx_scores',
} %}
{%- do metrics.update(duration_metrics()) %}
{%- set groups = ['workspace_id', 'grouped_by', 'team_id', 'channel'] %}

with

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

support_monthly as (
    select * from {{ ref('support_monthly') }}
),

-- A period that is not over would look like a decline.
whole_periods as (
    {%- for period, rows in {'week': 'support_weekly', 'month': 'support_monthly'}.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ period }}' as period,
            {{ period }} as period_start,
            {{ select_columns(groups) }}
            team_name,
            {{ select_columns(((metrics.keys() | list) + (metrics.values() | select | list)) | unique | list) }}
        from {{ rows }}
        where is_whole
    {%- endfor %}
),

metrics as (
    {%- for metric in metrics %}
        {% if not loop.first %}union all{% endif %}
        select '{{ metric }}' as metric
    {%- endfor %}
),

figures as (
    select
        whole_periods.period,
        whole_periods.period_start,
        {{ select_columns(groups, of='whole_periods') }}
        whole_periods.team_name,
        metrics.metric,
        {{ metric_value(metrics, 'whole_periods') }}
    from whole_periods
    cross join metrics
),

with_previous as (
    select
        *,
        lag(value) over (partition by period, {{ groups | join(', ') }}, metric order by period_start) as previous_value,
        lag(n) over (partition by period, {{ groups | join(', ') }}, metric order by period_start) as previous_n,
        lag(period_start) over (partition by period, {{ groups | join(', ') }}, metric order by period_start) as previous_start,
        max(period_start) over (partition by workspace_id, period) as latest_start,
    from figures
),

final as (
    select
        period,
        period_start,
        grouped_by,
        team_id,
        channel,
        workspace_id,
        team_name,
        metric,
        value,
        n,
        previous_value,
        previous_n,
        value - previous_value as change,
        {{ safe_share('(value - previous_value)', 'previous_value') }} as change_share,
        period_start = latest_start as is_latest,
    from with_previous
    where previous_start is not null
)

select * from final
