-- one row per retrieval of a conversation: what Intercom said then and no longer says
{{ config(
    materialized='versioned_incremental',
    meta={'created_with': 'conversations'},
    unique_key=['workspace_id', 'conversation_id', 'fetched_at'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversations'), {'workspace_id': '_workspace_id', 'conversation_id': 'id'}, month='conversation_created_at') }}",
) }}
{%- set payload = json_document('payload') %}

with

loaded as (
    {{ rows_to_parse('conversations', 'conversation_id') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,
        state,
        nullif({{ json_str(payload, '$.sla_applied.sla_name') }}, '') as sla_name,
        {{ json_str(payload, '$.sla_applied.sla_status') }} as sla_status,
        {{ json_rating(payload, '$.conversation_rating.rating') }} as rating,
        {{ json_int(payload, '$.conversation_parts.total_count') }} as parts_total_count,
        {{ json_int(payload, '$.statistics.count_reopens') }} as statistics_count_reopens,
        -- Most conversations have no link, and an empty list would be kept for each of their retrievals.
        case
            when {{ json_length(payload, '$.linked_objects.data') }} > 0 then {{ json_obj(payload, '$.linked_objects.data') }}
        end as linked_objects,
        {{ json_time(payload, '$.conversation_rating.created_at') }} as rating_requested_at,
        {{ ts_from_unix(json_int(payload, '$.statistics.last_close_at')) }} as statistics_last_close_at,
        created_at as conversation_created_at,
        updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('loaded', payload) }}
),

-- A load can bring a record twice. The payload is parsed above, so that no window carries it.
final as (
    select
        workspace_id,
        conversation_id,
        state,
        sla_name,
        sla_status,
        rating,
        parts_total_count,
        statistics_count_reopens,
        linked_objects,
        rating_requested_at,
        statistics_last_close_at,
        conversation_created_at,
        updated_at,
        fetched_at,
        loaded_at,
    from parsed
    where true
    qualify row_number() over (partition by workspace_id, conversation_id, fetched_at order by updated_at desc, loaded_at desc) = 1
)

select * from final
