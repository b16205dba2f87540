-- one row per retrieval of a ticket: what Intercom said then and no longer says
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'tickets'},
    unique_key=['workspace_id', 'ticket_id', 'fetched_at'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
    post_hook="{{ delete_vanished('(select * from ' ~ source('intercom_raw', 'tickets') ~ ' where not coalesce(is_deleted, false))', {'workspace_id': '_workspace_id', 'ticket_id': 'id'}, month='ticket_created_at') }}",
) }}
{%- set payload = json_document('payload') %}

with

loaded as (
    {{ rows_to_parse('tickets', 'ticket_id') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as ticket_id,
        {{ json_int(payload, '$.ticket_parts.total_count') }} as parts_total_count,
        -- Most tickets have no link, and an empty list would be kept for each of their retrievals.
        case
            when {{ json_length(payload, '$.linked_objects.data') }} > 0 then {{ json_obj(payload, '$.linked_objects.data') }}
        end as linked_objects,
        created_at as ticket_created_at,
        updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('loaded', payload) }}
    where not coalesce(is_deleted, false)
),

-- A load can bring a record twice. The payload is parsed above, so that no window carries it.
final as (
    select
        workspace_id,
        ticket_id,
        parts_total_count,
        linked_objects,
        ticket_created_at,
        fetched_at,
        loaded_at,
    from parsed
    where true
    qualify row_number() over (partition by workspace_id, ticket_id, fetched_at order by updated_at desc, loaded_at desc) = 1
)

select * from final
