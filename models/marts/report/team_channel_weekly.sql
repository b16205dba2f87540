-- one row per week (Monday to Sunday), team and channel: the counts of `support_daily`, added up, and their shares
-- The report page asks for these figures when it is made: a view, so that they cost nothing with every build.
{{ config(materialized='versioned_view') }}
{%- set counts = ['handed_in', 'handed_out'] + period_counts() | list %}
{%- set stocks = ['backlog'] + backlog_splits() | map(attribute='column') | list %}

with

support_daily as (
    select * from {{ ref('support_daily') }}
),

support_weekly as (
    select * from {{ ref('support_weekly') }}
),

-- A stock of a week is that of its last day.
dated as (
    select
        *,
        {{ week_of('day') }} as week,
        max(day) over (partition by workspace_id, {{ week_of('day') }}) as last_day,
    from support_daily
),

with_last_days as (
    select
        *,
        {%- for stock in stocks %}
            case when day = last_day then {{ stock }} else 0 end as last_{{ stock }},
        {%- endfor %}
    from dated
),

added as (
    select
        workspace_id,
        week,
        team_id,
        channel,
        {%- for count in counts %}
            {{ sum_int(count) }} as {{ count }},
        {%- endfor %}
        {%- for stock in stocks %}
            {{ sum_int('last_' ~ stock) }} as {{ stock }},
        {%- endfor %}
    from with_last_days
    group by workspace_id, week, team_id, channel
),

final as (
    select
        added.workspace_id,
        added.week,
        added.team_id,
        added.channel,
        known_weeks.is_whole,
        {%- for stock in stocks %}
            added.{{ stock }},
        {%- endfor %}
        {{ select_columns(counts, of='added') }}
        {%- for name, (part, whole) in period_shares().items() %}
            {{ safe_share('added.' ~ part, 'added.' ~ whole) }} as {{ name }},
        {%- endfor %}
    from added
    inner join support_weekly as known_weeks
        on added.workspace_id = known_weeks.workspace_id and added.week = known_weeks.week and known_weeks.grouped_by = 'total'
)

select * from final
