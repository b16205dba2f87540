-- one row per week and group (the whole workspace, each team, each channel) with an event: what came in, what was done, and how fast
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events'], 'period': 'week'},
    unique_key=['workspace_id', 'grouped_by', 'team_id', 'channel', 'week'],
    partition_by=monthly('week', 'date'),
    cluster_by=['workspace_id', 'grouped_by', 'team_id', 'channel'],
) }}

{{ figures_of_groups(ref('int_support_events'), 'week') }}
