-- one row per day (of the reporting time zone) and tag with an event in a conversation that carries the tag now
{{ config(
    partition_by=monthly('day', 'date'),
    cluster_by=['workspace_id', 'tag_id'],
) }}

with

support_events as (
    select * from {{ ref('support_events') }}
),

conversation_tags as (
    select * from {{ ref('conversation_tags') }}
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

tag_names as (
    select
        workspace_id,
        tag_id,
        max(tag_name) as tag_name,
    from conversation_tags
    group by workspace_id, tag_id
),

counted as (
    select
        workspace_id,
        tag_id,
        day,
        {{ period_metrics() }}
    from tagged_events
    group by workspace_id, tag_id, day
),

final as (
    select
        counted.day,
        counted.tag_id,
        counted.workspace_id,
        tag_names.tag_name,
        {{ period_metrics('counted') }}
    from counted
    inner join tag_names on counted.workspace_id = tag_names.workspace_id and counted.tag_id = tag_names.tag_id
)

select * from final
