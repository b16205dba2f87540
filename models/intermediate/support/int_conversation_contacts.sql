-- one row per conversation that Intercom still has and contact in it
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups'},
    unique_key=['workspace_id', 'conversation_id', 'contact_id'],
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
        conversations.contact_id as first_contact_id,
        conversations.created_at as conversation_created_at,
        conversations.built_from,
        {{ json_id('contact', '$.id') }} as contact_id,
    from {{ unnest_json('conversations', 'contacts', 'contact') }}
),

final as (
    select
        workspace_id,
        conversation_id,
        contact_id,
        max(case when contact_id = first_contact_id then 1 else 0 end) = 1 as is_first,
        max(conversation_created_at) as conversation_created_at,
        max(built_from) as built_from,
    from unnested
    where contact_id is not null
    group by workspace_id, conversation_id, contact_id
)

select * from final
