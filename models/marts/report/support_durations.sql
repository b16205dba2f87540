-- one row per window of whole weeks, group, kind of duration and band of its length with at least one: how many took so long
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

-- Each duration on both clocks.
durations as (
    {%- for clock, seconds in {'calendar': 'seconds', 'office_hours': 'office_seconds'}.items() %}
        {% if not loop.first %}union all{% endif %}
        select
            workspace_id,
            team_id,
            channel,
            day,
            event,
            '{{ clock }}' as clock,
            {{ duration_band_number(seconds) }} as band_number,
        from support_events
        where event in ('first_reply', 'reply', 'resolution') and seconds is not null
    {%- endfor %}
),

windowed_durations as (
    {{ in_each_window('durations', 'windows') }}
),

counted as (
    select
        workspace_id,
        window_weeks,
        grouped_by,
        group_team_id,
        group_channel,
        event,
        clock,
        band_number,
        count(*) as durations,
    from windowed_durations
    where window_name = 'latest'
    group by workspace_id, window_weeks, grouped_by, group_team_id, group_channel, event, clock, band_number
),

final as (
    select
        workspace_id,
        window_weeks,
        grouped_by,
        group_team_id as team_id,
        group_channel as channel,
        event as duration,
        clock,
        band_number,
        case band_number
            {%- for band in duration_bands() %}
                when {{ loop.index }} then '{{ band.name }}'
            {%- endfor %}
        end as band,
        durations,
    from counted
)

select * from final
