-- one row per month and group (the whole workspace, each team, each channel) with an event: what came in, what was done, and how fast
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events'], 'period': 'month'},
    unique_key=['workspace_id', 'grouped_by', 'team_id', 'channel', 'month'],
    partition_by=monthly('month', 'date'),
    cluster_by=['workspace_id', 'grouped_by', 'team_id', 'channel'],
) }}

{{ figures_of_groups(ref('int_support_events'), 'month') }}
