-- one row per conversation that Intercom still has and teammate who wrote in it and is in no list: under which name the last time
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions', 'rebuilt_with': ['int_listed_teammates']},
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
        workspace_id,
        conversation_id,
        author_id as teammate_id,
        author_name as name,
        author_email as email,
        created_at as wrote_at,
        conversation_part_id as event_id,
        conversation_created_at,
    from parts
    where author_kind = 'teammate' and author_type = 'admin' and author_id is not null
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
