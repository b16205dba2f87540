-- one row per ticket and conversation that were ever linked, by what either of them said in any retrieval
-- Rebuilt whole: what conversations changed comes from it, and few of them are linked with a ticket.
{{ config(meta={'compares_rows': true}, cluster_by=['workspace_id', 'ticket_id', 'conversation_id']) }}

with

conversation_retrievals as (
    select * from {{ ref('stg_intercom__conversation_retrievals') }}
    where linked_objects is not null
),

ticket_retrievals as (
    select * from {{ ref('stg_intercom__ticket_retrievals') }}
    where linked_objects is not null
),

seen_at_conversations as (
    select
        conversation_retrievals.workspace_id,
        {{ json_id('linked_object', '$.id') }} as ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        conversation_retrievals.conversation_id,
        conversation_retrievals.fetched_at as seen_at_conversation_at,
        conversation_retrievals.loaded_at,
    from {{ unnest_json('conversation_retrievals', 'linked_objects', 'linked_object') }}
),

seen_at_tickets as (
    select
        ticket_retrievals.workspace_id,
        ticket_retrievals.ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        {{ json_id('linked_object', '$.id') }} as conversation_id,
        cast(null as timestamp) as seen_at_conversation_at,
        ticket_retrievals.loaded_at,
    from {{ unnest_json('ticket_retrievals', 'linked_objects', 'linked_object') }}
),

sights as (
    select * from seen_at_conversations
    where linked_type = 'ticket'
    union all
    select * from seen_at_tickets
    where linked_type = 'conversation'
),

final as (
    select
        workspace_id,
        ticket_id,
        conversation_id,
        min(seen_at_conversation_at) as link_first_seen_at,
        max(loaded_at) as link_loaded_at,
    from sights
    where ticket_id is not null and conversation_id is not null
    group by workspace_id, ticket_id, conversation_id
)

select * from final
