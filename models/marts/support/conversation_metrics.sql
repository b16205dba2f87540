-- one row per conversation that is not deleted in Intercom: its durations (calendar and office hours) and counts
-- The wait that runs grows with every sync. It is added here, so that the stored rows change with their conversations alone.
{{ config(
    materialized='versioned_view',
    meta={'attribute_columns_of': 'conversation_attribute_columns', 'rows_of': 'int_conversation_metrics'},
) }}

with

metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

clocks as (
    select
        freshness.workspace_id,
        office_hours.office_hours_schedule_id,
        {{ open_seconds_at('office_hours', 'freshness.conversations_as_of_at', 'freshness.conversations_as_of_at') }} as as_of_open_seconds,
    from freshness
    inner join office_hours
        on
            freshness.workspace_id = office_hours.workspace_id
            and {{ is_in_stretch('office_hours', 'freshness.conversations_as_of_at') }}
),

-- A message written during the last request is a second or two younger than the data.
final as (
    select
        {{ columns_of_mart('conversation_metrics', 'metrics', {
            'open_wait_seconds':
                secs_between('metrics.open_wait_since_at', later_of('freshness.conversations_as_of_at', 'metrics.open_wait_since_at')),
            'open_wait_office_seconds':
                later_of('clocks.as_of_open_seconds', 'metrics.open_wait_open_seconds') ~ ' - metrics.open_wait_open_seconds',
            'data_as_of_at': 'case when metrics.open_wait_since_at is not null then freshness.conversations_as_of_at end',
        }) }}
    from metrics
    left join freshness on metrics.workspace_id = freshness.workspace_id
    left join clocks
        on
            metrics.workspace_id = clocks.workspace_id
            and metrics.office_hours_schedule_id = clocks.office_hours_schedule_id
)

select * from final
