-- one row per conversation that Intercom still has and teammate who wrote or was rated in it and is in no list: the last name there
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'rebuilt_with': ['int_listed_teammates'], 'logic_version': 2},
    unique_key=['workspace_id', 'conversation_id', 'teammate_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

listed as (
    select * from {{ ref('int_listed_teammates') }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

parts as (
    {{ changed_rows(ref('int_conversation_parts'), months) }}
),

authors as (
    select
        parts.workspace_id,
        parts.conversation_id,
        parts.author_id as teammate_id,
        parts.author_name as name,
        parts.author_email as email,
        parts.created_at as wrote_at,
        parts.conversation_part_id as event_id,
        parts.conversation_created_at,
    from parts
    left join conversations
        on parts.workspace_id = conversations.workspace_id and parts.conversation_id = conversations.conversation_id
    where
        parts.author_type = 'admin'
        and parts.author_id is not null
        -- An AI agent may have written all that stands under the name of the teammate whom the customer rates.
        and (parts.author_kind = 'teammate' or coalesce(parts.author_id = conversations.rating_teammate_id, false))
    union all
    select
        workspace_id,
        conversation_id,
        source_author_id as teammate_id,
        source_author_name as name,
        source_author_email as email,
        created_at as wrote_at,
        conversation_id as event_id,
        created_at as conversation_created_at,
    from conversations
    where opened_by = 'teammate' and source_author_type = 'admin' and source_author_id is not null
),

final as (
    select authors.*
    from authors
    left join listed
        on authors.workspace_id = listed.workspace_id and authors.teammate_id = listed.teammate_id
    where listed.teammate_id is null
    qualify
        row_number() over (
            partition by authors.workspace_id, authors.conversation_id, authors.teammate_id
            order by authors.wrote_at desc, authors.event_id desc
        ) = 1
)

select * from final
