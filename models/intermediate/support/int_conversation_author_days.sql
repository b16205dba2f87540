-- one row per conversation, day (of the reporting time zone) and human author who did anything in it on that day
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'tells_days': true, 'logic_version': 2},
    unique_key=['workspace_id', 'conversation_id', 'author_kind', 'author_id', 'day'],
    partition_by=monthly('day', 'date'),
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

dated as (
    select
        events.workspace_id,
        events.conversation_id,
        events.author_kind,
        events.is_message,
        events.is_note,
        events.is_close,
        events.conversation_created_at,
        events.built_from,
        -- A message in the name of a whole team is a message, and no teammate's.
        case when events.is_by_a_whole_team or events.author_id is null then '' else events.author_id end as author_id,
        {{ local_date('events.happened_at', reporting_time_zone()) }} as day,
    from events
    where
        events.author_kind in ('teammate', 'customer')
        and (not events.is_opening or events.is_message)
),

final as (
    select
        workspace_id,
        conversation_id,
        author_kind,
        author_id,
        day,
        {{ count_if('is_message') }} as count_messages,
        {{ count_if('is_note') }} as count_notes,
        {{ count_if('is_close') }} as count_closes,
        max(conversation_created_at) as conversation_created_at,
        max(built_from) as built_from,
    from dated
    group by workspace_id, conversation_id, author_kind, author_id, day
)

select * from final
