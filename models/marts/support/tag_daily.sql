-- one row per day (of the reporting time zone) and tag with an event in a conversation that carries the tag now
{{ config(materialized='versioned_view', meta={'rows_of': 'int_tag_days'}) }}

with

tag_days as (
    select * from {{ ref('int_tag_days') }}
),

conversation_tags as (
    select * from {{ ref('conversation_tags') }}
),

tag_names as (
    select
        workspace_id,
        tag_id,
        max(tag_name) as tag_name,
    from conversation_tags
    group by workspace_id, tag_id
),

final as (
    select
        tag_days.day,
        tag_days.tag_id,
        tag_days.workspace_id,
        tag_names.tag_name,
        {{ period_metrics('tag_days') }}
    from tag_days
    inner join tag_names on tag_days.workspace_id = tag_names.workspace_id and tag_days.tag_id = tag_names.tag_id
)

select * from final
