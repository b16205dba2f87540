-- one row per workspace and part of a ticket ever loaded; parts that Intercom no longer shows (past its 500 most recent) stay
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'ticket_part_id'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'ticket_parts'), {'workspace_id': '_workspace_id', 'ticket_part_id': 'id'}, month='ticket_created_at') }}",
) }}

with

-- Only the creation time of each ticket: the table is partitioned by it, so that a ticket's parts stay together. It comes from the
-- raw table, because a load stores a ticket together with its parts.
tickets as (
    select
        _workspace_id as workspace_id,
        id as ticket_id,
        min(created_at) as created_at,
    from {{ source('intercom_raw', 'tickets') }}
    where {{ loaded_since('_loaded_at', last_load_taken_in()) }}
    group by _workspace_id, id
),

-- A part can be redacted later without a new updated_at, so the version that was fetched last counts.
current_versions as (
    {{ newer_rows('ticket_parts', 'ticket_part_id', order=['_fetched_at', 'updated_at', '_loaded_at']) }}
),

-- The payload is parsed once for each object in it, not once for each of its fields.
objects as (
    select
        *,
        {{ json_obj('payload', '$.author') }} as author,
        {{ json_obj('payload', '$.assigned_to') }} as assigned_to,
        {{ json_obj('payload', '$.updated_attribute_data') }} as updated_attribute_data,
    from current_versions
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as ticket_part_id,
        ticket_id,
        {{ json_id('author', '$.id') }} as author_id,
        {{ json_id('assigned_to', '$.id') }} as assigned_to_id,
        nullif({{ json_str('payload', '$.external_id') }}, '') as external_id,
        {{ json_id('updated_attribute_data', '$.attribute.id') }} as updated_attribute_id,

        part_type,
        nullif({{ json_str('payload', '$.previous_ticket_state') }}, '') as state_category_from,
        nullif({{ json_str('payload', '$.ticket_state') }}, '') as state_category_to,
        nullif(body_text, '') as body,
        {{ json_str('author', '$.type') }} as author_type,
        {{ json_str('author', '$.name') }} as author_name,
        {{ json_str('author', '$.email') }} as author_email,
        {{ json_str('assigned_to', '$.type') }} as assigned_to_type,
        {{ json_str('payload', '$.app_package_code') }} as app_package_code,
        {{ json_length('payload', '$.attachments') }} as attachments_count,
        nullif({{ json_str('updated_attribute_data', '$.attribute.label') }}, '') as updated_attribute_name,
        {{ json_obj('updated_attribute_data', '$.value.label') }} as updated_attribute_value,

        coalesce({{ json_bool('payload', '$.redacted') }}, false) as is_redacted,
        coalesce({{ json_bool('author', '$.from_ai_agent') }}, false) as is_from_ai_agent,
        coalesce({{ json_bool('author', '$.is_ai_answer') }}, false) as is_ai_answer,
        {{ has_embedded_media('body_text', json_str('payload', '$.body')) }} as is_media,

        created_at,
        updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from objects
),

final as (
    select
        parsed.*,
        tickets.created_at as ticket_created_at,
    from parsed
    left join tickets
        on
            parsed.workspace_id = tickets.workspace_id
            and parsed.ticket_id = tickets.ticket_id
)

select * from final
