-- one row per ticket and conversation that were ever linked, by what either of them said in any retrieval
{{ config(materialized='versioned_view') }}

with

sights as (
    select
        workspace_id,
        ticket_id,
        conversation_id,
        link_first_seen_at,
        seen_loaded_at as link_loaded_at,
    from {{ ref('int_conversation_link_sights') }}
    union all
    select
        workspace_id,
        ticket_id,
        conversation_id,
        cast(null as timestamp) as link_first_seen_at,
        link_loaded_at,
    from {{ ref('int_ticket_own_link_sights') }}
),

final as (
    select
        workspace_id,
        ticket_id,
        conversation_id,
        min(link_first_seen_at) as link_first_seen_at,
        max(link_loaded_at) as link_loaded_at,
    from sights
    group by workspace_id, ticket_id, conversation_id
)

select * from final
