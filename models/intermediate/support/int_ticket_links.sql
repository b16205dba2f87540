-- one row per ticket and conversation that are linked now, by what either of them says
{{ config(cluster_by=['workspace_id', 'ticket_id', 'conversation_id'], meta={'compares_rows': true, 'logic_version': 2}) }}

with

tickets as (
    select * from {{ ref('stg_intercom__tickets') }}
),

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

deleted_conversations as (
    select * from {{ ref('stg_intercom__deleted_conversations') }}
),

sights as (
    select * from {{ ref('int_ticket_link_sights') }}
),

links_of_tickets as (
    select
        tickets.workspace_id,
        tickets.ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        {{ json_id('linked_object', '$.id') }} as conversation_id,
        cast(null as string) as link_category,
        true as is_listed_by_ticket,
        false as is_listed_by_conversation,
    from {{ unnest_json('tickets', 'linked_objects', 'linked_object') }}
),

links_of_conversations as (
    select
        conversations.workspace_id,
        {{ json_id('linked_object', '$.id') }} as ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        conversations.conversation_id,
        {{ ticket_category(json_str('linked_object', '$.category')) }} as link_category,
        false as is_listed_by_ticket,
        true as is_listed_by_conversation,
    from {{ unnest_json('conversations', 'linked_objects', 'linked_object') }}
),

listed as (
    select * from links_of_tickets
    where linked_type = 'conversation'
    union all
    select * from links_of_conversations
    where linked_type = 'ticket'
),

pairs as (
    select
        workspace_id,
        ticket_id,
        conversation_id,
        max(link_category) as link_category,
        max(case when is_listed_by_ticket then 1 else 0 end) = 1 as is_listed_by_ticket,
        max(case when is_listed_by_conversation then 1 else 0 end) = 1 as is_listed_by_conversation,
    from listed
    where ticket_id is not null and conversation_id is not null
    group by workspace_id, ticket_id, conversation_id
),

-- A ticket goes on naming a deleted conversation until the ticket is retrieved again.
gone_conversations as (
    select deleted_conversations.*
    from deleted_conversations
    left join conversations
        on
            deleted_conversations.workspace_id = conversations.workspace_id
            and deleted_conversations.conversation_id = conversations.conversation_id
    where not coalesce(deleted_conversations.known_deleted_at < conversations.fetched_at, false)
),

final as (
    select
        pairs.workspace_id,
        pairs.ticket_id,
        pairs.conversation_id,
        coalesce(tickets.category, pairs.link_category) as ticket_category,
        pairs.is_listed_by_ticket,
        pairs.is_listed_by_conversation,
        sights.link_first_seen_at,
    from pairs
    left join tickets
        on pairs.workspace_id = tickets.workspace_id and pairs.ticket_id = tickets.ticket_id
    left join conversations
        on
            pairs.workspace_id = conversations.workspace_id
            and pairs.conversation_id = conversations.conversation_id
    left join sights
        on
            pairs.workspace_id = sights.workspace_id
            and pairs.ticket_id = sights.ticket_id
            and pairs.conversation_id = sights.conversation_id
    left join gone_conversations
        on
            pairs.workspace_id = gone_conversations.workspace_id
            and pairs.conversation_id = gone_conversations.conversation_id
    where
        gone_conversations.conversation_id is null
        and {{ is_still_linked('tickets', 'pairs.is_listed_by_ticket', 'conversations', 'pairs.is_listed_by_conversation') }}
)

select * from final
