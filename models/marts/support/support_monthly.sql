-- one row per month and group (the whole workspace, each team, each channel): came in, done, how fast, left at its end
{{ config(
    partition_by=monthly('month', 'date'),
    cluster_by=['workspace_id', 'grouped_by', 'team_id', 'channel'],
) }}

{{ support_periods(
    'month',
    counted=ref('int_support_months'),
    support_daily=ref('support_daily'),
    freshness=ref('int_workspace_freshness'),
    ranges=ref('int_synced_ranges'),
    teams=ref('teams'),
) }}
