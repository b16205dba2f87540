-- one row per workspace and part ever loaded; parts that Intercom no longer shows (past its 500 most recent) stay
with

-- A part can be redacted later without a new updated_at: what was fetched last is what holds.
current_versions as (
    {{ current_rows('conversation_parts', '_fetched_at desc, updated_at desc, _loaded_at desc') }}
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
    from objects
),

final as (
    select * from parsed
)

select * from final
