-- one row per month and group (the whole workspace, each team, each channel) with an event: what came in, what was done, and how fast
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events'], 'period': 'month'},
    unique_key=['workspace_id', 'grouped_by', 'team_id', 'channel', 'month'],
    partition_by=monthly('month', 'date'),
    cluster_by=['workspace_id', 'grouped_by', 'team_id', 'channel'],
) }}

with

events as (
    {{ rows_of_changed_periods(ref('int_support_events')) }}
),

grouped_events as (
    {{ in_each_grouping('events', 'month') }}
),

ranked_events as (
    {{ with_ranks(
        'grouped_events',
        ['workspace_id', 'grouped_by', 'group_team_id', 'group_channel', 'month', 'event'],
        ['seconds', 'office_seconds'],
    ) }}
),

final as (
    select
        {{ select_columns(['workspace_id', 'grouped_by']) }}
        group_team_id as team_id,
        group_channel as channel,
        month,
        {{ period_metrics(is_ranked=true) }}
    from ranked_events
    group by workspace_id, grouped_by, group_team_id, group_channel, month
)

select * from final
