-- one row per day (of the reporting time zone) and tag with an event in a conversation that carries the tag now
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events'], 'period': 'day'},
    unique_key=['workspace_id', 'tag_id', 'day'],
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'tag_id'],
) }}

with

support_events as (
    {{ rows_of_changed_periods(ref('int_support_events')) }}
),

conversation_tags as (
    select * from {{ ref('int_conversation_tag_names') }}
),

tagged_events as (
    select
        support_events.*,
        conversation_tags.tag_id,
    from support_events
    inner join conversation_tags
        on
            support_events.workspace_id = conversation_tags.workspace_id
            and support_events.conversation_id = conversation_tags.conversation_id
),

final as (
    select
        workspace_id,
        tag_id,
        day,
        {{ period_metrics() }}
    from tagged_events
    group by workspace_id, tag_id, day
)

select * from final
