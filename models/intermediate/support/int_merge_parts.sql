-- one row per part about a merge, a reopening or a snooze of a conversation that seems to have to do with a merge
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_part_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

all_parts as (
    {{ changed_rows(ref('int_conversation_parts'), months) }}
),

parts as (
    select
        workspace_id,
        conversation_id,
        conversation_part_id,
        part_type,
        is_merge,
        is_reopen,
        state_after,
        created_at,
        conversation_created_at,
    from all_parts
    where is_merge or part_type = 'merged_primary_conversation' or is_reopen or state_after = 'snoozed'
),

told_by_parts as (
    select distinct
        workspace_id,
        conversation_id,
    from parts
    where is_merge or part_type = 'merged_primary_conversation'
),

final as (
    select parts.*
    from parts
    inner join conversations
        on parts.workspace_id = conversations.workspace_id and parts.conversation_id = conversations.conversation_id
    left join told_by_parts
        on parts.workspace_id = told_by_parts.workspace_id and parts.conversation_id = told_by_parts.conversation_id
    where conversations.is_marked_as_merged or told_by_parts.conversation_id is not null
)

select * from final
