-- one row per conversation that Intercom still has and tag on it
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups'},
    unique_key=['workspace_id', 'conversation_id', 'tag_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_lookups')) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

unnested as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.created_at as conversation_created_at,
        conversations.built_from,
        {{ json_id('tag', '$.id') }} as tag_id,
        {{ json_str('tag', '$.name') }} as tag_name,
        case
            when {{ json_str('tag', '$.applied_by.type') }} = 'admin' then {{ json_id('tag', '$.applied_by.id') }}
        end as applied_by_teammate_id,
        {{ json_time('tag', '$.applied_at') }} as applied_at,
    from {{ unnest_json('conversations', 'tags', 'tag') }}
),

final as (
    select *
    from unnested
    where tag_id is not null and tag_name is not null
    qualify row_number() over (partition by workspace_id, conversation_id, tag_id order by applied_at desc) = 1
)

select * from final
