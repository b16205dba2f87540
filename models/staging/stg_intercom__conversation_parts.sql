-- one row per workspace and part ever loaded; parts that Intercom no longer shows (past its 500 most recent) stay
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'conversation_part_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversation_parts'), {'workspace_id': '_workspace_id', 'conversation_part_id': 'id'}, month='conversation_created_at') }}",
) }}

with

-- Only the creation time of each conversation: the table is partitioned by it, so that a conversation's parts stay together.
-- It comes from the raw table, because a load stores a conversation together with its parts. The staging model can be older than a
-- load that was stored while dbt runs. A part without this time would never be found by its month.
conversations as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,
        min(created_at) as created_at,
    from {{ source('intercom_raw', 'conversations') }}
    where {{ loaded_since('_loaded_at', last_load_taken_in()) }}
    group by _workspace_id, id
),

-- A part can be redacted later without a new updated_at, so the version that was fetched last counts.
current_versions as (
    {{ newer_rows('conversation_parts', 'conversation_part_id', order=['_fetched_at', 'updated_at', '_loaded_at']) }}
),

-- The payload is parsed once for each object in it, not once for each of its fields.
objects as (
    select
        *,
        {{ json_obj('payload', '$.author') }} as author,
        {{ json_obj('payload', '$.assigned_to') }} as assigned_to,
    from current_versions
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as conversation_part_id,
        conversation_id,
        {{ json_id('author', '$.id') }} as author_id,
        {{ json_id('assigned_to', '$.id') }} as assigned_to_id,
        nullif({{ json_str('payload', '$.external_id') }}, '') as external_id,

        part_type,
        {{ json_str('payload', '$.state') }} as state,
        nullif(body_text, '') as body,
        {{ json_str('author', '$.type') }} as author_type,
        {{ json_str('author', '$.name') }} as author_name,
        {{ json_str('author', '$.email') }} as author_email,
        {{ json_str('assigned_to', '$.type') }} as assigned_to_type,
        {{ json_str('payload', '$.app_package_code') }} as app_package_code,
        {{ json_length('payload', '$.attachments') }} as attachments_count,
        {{ json_obj('payload', '$.event_details') }} as event_details,

        coalesce({{ json_bool('payload', '$.redacted') }}, false) as is_redacted,
        coalesce({{ json_bool('author', '$.from_ai_agent') }}, false) as is_from_ai_agent,
        coalesce({{ json_bool('author', '$.is_ai_answer') }}, false) as is_ai_answer,
        {{ has_embedded_media('body_text', json_str('payload', '$.body')) }} as is_media,

        created_at,
        updated_at,
        {{ json_time('payload', '$.notified_at') }} as notified_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from objects
),

final as (
    select
        parsed.*,
        conversations.created_at as conversation_created_at,
    from parsed
    left join conversations
        on
            parsed.workspace_id = conversations.workspace_id
            and parsed.conversation_id = conversations.conversation_id
)

select * from final
