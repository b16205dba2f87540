-- one row per conversation that Intercom still has and content source that the AI agent used in it
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups'},
    unique_key=['workspace_id', 'conversation_id', 'content_source_key'],
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
        nullif({{ json_str('content_source', '$.content_type') }}, '') as content_type,
        nullif({{ json_str('content_source', '$.url') }}, '') as url,
        nullif({{ json_str('content_source', '$.title') }}, '') as title,
        nullif({{ json_str('content_source', '$.locale') }}, '') as locale,
    from {{ unnest_json('conversations', 'ai_agent_content_sources', 'content_source') }}
),

keyed as (
    select
        *,
        concat(coalesce(content_type, 'unknown'), ' ', coalesce(url, title)) as content_source_key,
        -- Intercom publishes an address of this form. An article's own pages have the id in their path.
        coalesce(
            {{ extract_pattern('url', '[?&]id=([0-9]+)') }}, {{ extract_pattern('url', '/articles/(?:[a-z]+/)?([0-9]+)') }}
        ) as content_id,
    from unnested
    -- What is no content source has neither.
    where url is not null or title is not null
),

-- A source can be listed twice, as in two languages.
final as (
    select
        workspace_id,
        conversation_id,
        content_source_key,
        content_id,
        content_type,
        url,
        title,
        locale,
        conversation_created_at,
        built_from,
    from keyed
    where true
    qualify
        row_number() over (
            partition by workspace_id, conversation_id, content_source_key
            order by coalesce(title, ''), coalesce(locale, '')
        ) = 1
)

select * from final
