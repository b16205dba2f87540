-- one row per length of window (the last 4, 13 or 52 whole weeks), group and key figure: its value beside that of as many weeks before
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{#- The key figures, and the column that says of how many things each one is. A count is of itself. -#}
{%- set metrics = {
    'created': none, 'new_conversations': none, 'reopened': none, 'closed': none, 'backlog': none, 'backlog_waiting_for_us': none,
    'csat': 'ratings', 'rating_response_rate': 'ratings_requested', 'sla_missed': 'sla_decided', 'sla_hit_rate': 'sla_decided',
    'first_contact_resolution_rate': 'complete_resolutions',
    'ai_agent_resolution_rate': 'ai_agent_involved', 'average_cx_score': 'cx_scores',
} %}
{%- do metrics.update(duration_metrics()) %}
{%- set stocks = ['backlog', 'backlog_waiting_for_us'] %}
{%- set groups = ['workspace_id', 'window_weeks', 'grouped_by', 'team_id', 'channel'] %}

with

support_windows as (
    select * from {{ ref('support_windows') }}
),

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

team_channel_weekly as (
    select * from {{ ref('team_channel_weekly') }}
),

-- The backlog of a window is that of its last day.
backlogs as (
    select
        {{ select_columns(['workspace_id', 'grouped_by', 'team_id', 'channel', 'week'] + stocks) }}
    from support_weekly
    union all
    select
        workspace_id,
        'team_channel' as grouped_by,
        {{ select_columns(['team_id', 'channel', 'week'] + stocks) }}
    from team_channel_weekly
),

with_backlog as (
    select
        support_windows.*,
        {%- for stock in stocks %}
            backlogs.{{ stock }},
        {%- endfor %}
    from support_windows
    left join backlogs
        on
            support_windows.workspace_id = backlogs.workspace_id
            and support_windows.grouped_by = backlogs.grouped_by
            and support_windows.team_id = backlogs.team_id
            and support_windows.channel = backlogs.channel
            and {{ week_of('support_windows.ends_on') }} = backlogs.week
),

metrics as (
    {%- for metric in metrics %}
        {% if not loop.first %}union all{% endif %}
        select '{{ metric }}' as metric
    {%- endfor %}
),

figures as (
    select
        {{ select_columns(groups + ['window_name', 'starts_on', 'ends_on', 'is_whole'], of='with_backlog') }}
        metrics.metric,
        {{ metric_value(metrics, 'with_backlog') }}
    from with_backlog
    cross join metrics
),

final as (
    select
        {{ select_columns(groups, of='latest') }}
        latest.metric,
        latest.starts_on,
        latest.ends_on,
        latest.value,
        latest.n,
        case when earlier.is_whole then earlier.value end as previous_value,
        case when earlier.is_whole then earlier.n end as previous_n,
        case when earlier.is_whole then latest.value - earlier.value end as change,
        case when earlier.is_whole then {{ safe_share('(latest.value - earlier.value)', 'earlier.value') }} end as change_share,
        latest.is_whole,
        earlier.is_whole as is_previous_whole,
    from figures as latest
    inner join figures as earlier
        on {{ same_columns(groups + ['metric'], 'latest', 'earlier') }}
    where latest.window_name = 'latest' and earlier.window_name = 'before'
)

select * from final
