-- one row per ticket and conversation that any retrieval of the ticket showed as linked
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'ticket_id', 'conversation_id'],
    meta={'compares_rows': true, 'follows_loads_of': 'tickets'},
    cluster_by=['workspace_id', 'ticket_id'],
) }}

with

retrievals as (
    {{ rows_looked_at(ref('stg_intercom__ticket_retrievals'), 'ticket_created_at') }}
),

linked as (
    select * from retrievals
    where linked_objects is not null
),

unnested as (
    select
        linked.workspace_id,
        linked.ticket_id,
        {{ json_id('linked_object', '$.id') }} as conversation_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        linked.loaded_at,
    from {{ unnest_json('linked', 'linked_objects', 'linked_object') }}
),

final as (
    select
        workspace_id,
        ticket_id,
        conversation_id,
        max(loaded_at) as link_loaded_at,
    from unnested
    where linked_type = 'conversation' and conversation_id is not null and ticket_id is not null
    group by workspace_id, ticket_id, conversation_id
)

select * from final
