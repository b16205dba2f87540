-- one row per conversation that Intercom still has and human teammate who did anything in it
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'teammate_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

final as (
    select
        workspace_id,
        conversation_id,
        author_id as teammate_id,
        {{ count_if('is_message') }} as count_messages,
        {{ count_if('is_note') }} as count_notes,
        {{ count_if('is_close') }} as count_closes,
        min(happened_at) as first_event_at,
        max(happened_at) as last_event_at,
        max(conversation_created_at) as conversation_created_at,
        max(built_from) as built_from,
    from events
    where
        author_kind = 'teammate'
        and author_id is not null
        and not is_by_a_whole_team
        and (not is_opening or is_message)
    group by workspace_id, conversation_id, author_id
)

select * from final
