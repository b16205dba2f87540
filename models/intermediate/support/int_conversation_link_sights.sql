-- one row per conversation and ticket that any retrieval of the conversation showed as linked
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'conversation_id', 'ticket_id'],
    meta={'compares_rows': true, 'follows_loads_of': 'conversations'},
    cluster_by=['workspace_id', 'conversation_id'],
) }}

with

retrievals as (
    {{ rows_looked_at(ref('stg_intercom__conversation_retrievals'), 'conversation_created_at') }}
),

linked as (
    select * from retrievals
    where linked_objects is not null
),

unnested as (
    select
        linked.workspace_id,
        linked.conversation_id,
        {{ json_id('linked_object', '$.id') }} as ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        linked.fetched_at,
        linked.loaded_at,
    from {{ unnest_json('linked', 'linked_objects', 'linked_object') }}
),

final as (
    select
        workspace_id,
        conversation_id,
        ticket_id,
        min(fetched_at) as link_first_seen_at,
        max(loaded_at) as seen_loaded_at,
    from unnested
    where linked_type = 'ticket' and conversation_id is not null and ticket_id is not null
    group by workspace_id, conversation_id, ticket_id
)

select * from final
