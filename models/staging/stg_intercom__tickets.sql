-- one row per workspace and ticket ever loaded, also deleted tickets
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'tickets'},
    unique_key=['workspace_id', 'ticket_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
    post_hook="{{ delete_vanished('(select * from ' ~ source('intercom_raw', 'tickets') ~ ' where not coalesce(is_deleted, false))', {'workspace_id': '_workspace_id', 'ticket_id': 'id'}, month='created_at') }}",
) }}
{%- set payload = json_document('payload') %}

with

-- Tombstones are no versions: they are in stg_intercom__deleted_tickets.
current_versions as (
    {{ newer_rows(
        'tickets', 'ticket_id', order=['updated_at', '_fetched_at', '_loaded_at'], only='not coalesce(is_deleted, false)'
    ) }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as ticket_id,
        {{ json_id(payload, '$.ticket_id') }} as inbox_number,
        {{ json_id(payload, '$.ticket_type.id') }} as ticket_type_id,
        {{ json_id(payload, '$.ticket_state.id') }} as ticket_state_id,
        {{ json_id(payload, '$.contacts.contacts[0].id') }} as contact_id,
        {{ json_id(payload, '$.company.id') }} as own_company_id,
        {{ json_id(payload, '$.admin_assignee_id') }} as teammate_assignee_id,
        {{ json_id(payload, '$.team_assignee_id') }} as team_assignee_id,

        coalesce(
            {{ ticket_category(json_str(payload, '$.category')) }},
            {{ ticket_category(json_str(payload, '$.ticket_type.category')) }}
        ) as category,
        nullif({{ json_str(payload, '$.ticket_type.name') }}, '') as type_name,
        coalesce(state_category, {{ json_str(payload, '$.ticket_state.category') }}) as state_category,
        nullif({{ json_str(payload, '$.ticket_state.internal_label') }}, '') as state_label,
        nullif({{ json_str(payload, '$.ticket_attributes._default_title_') }}, '') as title,
        {{ description_text(json_str(payload, '$.ticket_attributes._default_description_'), 'body_text') }} as description,
        {{ json_count(payload, '$.ticket_parts.total_count') }} as parts_total_count,
        {{ json_obj(payload, '$.ticket_attributes') }} as ticket_attributes,
        {{ json_obj(payload, '$.tags.tags') }} as tags,
        {{ json_obj(payload, '$.linked_objects.data') }} as linked_objects,
        {{ linked_objects_count(payload, '$.linked_objects') }} as linked_objects_count,

        {{ json_bool(payload, '$.open') }} as is_open,
        {{ are_all_links_shown(payload, '$.linked_objects') }} as is_linked_list_complete,

        created_at,
        updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from {{ parsed_once('current_versions', payload) }}
),

final as (
    select * from parsed
)

select * from final
