-- one row per workspace and part ever loaded; parts that Intercom no longer shows (past its 500 most recent) stay
{{ config(
    materialized='incremental',
    unique_key=['workspace_id', 'conversation_part_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversation_parts'), {'workspace_id': '_workspace_id', 'conversation_part_id': 'id'}) }}",
) }}

with

-- Raw rows are only ever added: a thread that has as many as before is as it was, in whatever order its loads came in.
versions as (
    select
        _workspace_id as workspace_id,
        conversation_id,
        count(*) as thread_rows,
    from ({{ complete_rows('conversation_parts') }}) as complete
    group by _workspace_id, conversation_id
),

changed as (
    {{ changed_conversations('versions', 'thread_rows') }}
),

-- A part can be redacted later without a new updated_at: what was fetched last is what holds.
newest as (
    select
        complete._workspace_id,
        complete.id,
        complete._load_id,
        complete._loaded_at,
        changed.thread_rows,
    from ({{ complete_rows('conversation_parts') }}) as complete
    inner join changed
        on complete._workspace_id = changed.workspace_id and complete.conversation_id = changed.conversation_id
    where true
    qualify
        row_number() over (
            partition by complete._workspace_id, complete.id
            order by complete._fetched_at desc, complete.updated_at desc, complete._loaded_at desc
        ) = 1
),

-- Payloads are read only of the loads that are needed, by the time of the load. A load may have brought a record twice.
current_versions as (
    select
        complete.*,
        newest.thread_rows,
    from {{ source('intercom_raw', 'conversation_parts') }} as complete
    inner join newest
        on
            complete._loaded_at = newest._loaded_at
            and complete._load_id = newest._load_id
            and complete._workspace_id = newest._workspace_id
            and complete.id = newest.id
    where true
    qualify
        row_number() over (
            partition by complete._workspace_id, complete.id
            order by complete._fetched_at desc, complete.updated_at desc, complete._loaded_at desc
        ) = 1
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
        {{ json_str('payload', '$.metadata.quick_reply_uuid') }} as quick_reply_uuid,
        {{ json_obj('payload', '$.event_details') }} as event_details,

        coalesce({{ json_bool('payload', '$.redacted') }}, false) as is_redacted,
        coalesce({{ json_bool('author', '$.from_ai_agent') }}, false) as is_from_ai_agent,
        coalesce({{ json_bool('author', '$.is_ai_answer') }}, false) as is_ai_answer,
        {{ has_embedded_media('body_text', json_str('payload', '$.body')) }} as is_media,

        created_at,
        updated_at,
        {{ ts_from_unix(json_int('payload', '$.notified_at')) }} as notified_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        thread_rows,
    from objects
),

final as (
    select * from parsed
)

select * from final
