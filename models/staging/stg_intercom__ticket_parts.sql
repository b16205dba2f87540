-- one row per workspace and part of a ticket ever loaded; parts that Intercom no longer shows (past its 500 most recent) stay
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'tickets'},
    unique_key=['workspace_id', 'ticket_part_id'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'ticket_parts'), {'workspace_id': '_workspace_id', 'ticket_part_id': 'id'}, month='ticket_created_at') }}",
) }}
{%- set payload = json_document('payload') %}

with

tickets as (
    {{ creation_times('ticket') }}
),

-- A part can be redacted later without a new updated_at, so the version that was fetched last counts.
current_versions as (
    {{ newer_rows('ticket_parts', 'ticket_part_id', order=['_fetched_at', 'updated_at', '_loaded_at']) }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as ticket_part_id,
        ticket_id,
        {{ part_columns(payload, 'ids') }}
        {{ json_id(payload, '$.updated_attribute_data.attribute.id') }} as updated_attribute_id,

        part_type,
        nullif({{ json_str(payload, '$.previous_ticket_state') }}, '') as state_category_from,
        nullif({{ json_str(payload, '$.ticket_state') }}, '') as state_category_to,
        {{ part_columns(payload, 'attributes') }}
        nullif({{ json_str(payload, '$.updated_attribute_data.attribute.label') }}, '') as updated_attribute_name,
        {{ json_obj(payload, '$.updated_attribute_data.value.label') }} as updated_attribute_value,

        {{ part_columns(payload, 'booleans') }}

        created_at,
        updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from {{ parsed_once('current_versions', payload) }}
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
