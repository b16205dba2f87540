-- one row per workspace and part ever loaded; parts that Intercom no longer shows (past its 500 most recent) stay
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'conversations'},
    unique_key=['workspace_id', 'conversation_part_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversation_parts'), {'workspace_id': '_workspace_id', 'conversation_part_id': 'id'}, month='conversation_created_at') }}",
) }}
{%- set payload = json_document('payload') %}

with

conversations as (
    {{ creation_times('conversation') }}
),

-- A part can be redacted later without a new updated_at, so the version that was fetched last counts.
current_versions as (
    {{ newer_rows('conversation_parts', 'conversation_part_id', order=['_fetched_at', 'updated_at', '_loaded_at']) }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as conversation_part_id,
        conversation_id,
        {{ part_columns(payload, 'ids') }}

        part_type,
        {{ json_str(payload, '$.state') }} as state,
        {{ part_columns(payload, 'attributes') }}
        {{ json_obj(payload, '$.event_details') }} as event_details,

        {{ part_columns(payload, 'booleans') }}

        created_at,
        updated_at,
        {{ json_time(payload, '$.notified_at') }} as notified_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from {{ parsed_once('current_versions', payload) }}
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
