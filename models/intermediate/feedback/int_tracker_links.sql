-- one row per tracker ticket that Intercom still has and what waits for it: a conversation, or a customer's ticket without one
{{ config(cluster_by=['workspace_id', 'tracker_ticket_id']) }}

with

tickets as (
    select * from {{ ref('stg_intercom__tickets') }}
),

lookups as (
    select * from {{ ref('int_ticket_lookups') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

links as (
    select * from {{ ref('int_ticket_links') }}
),

present_tickets as (
    select
        lookups.workspace_id,
        lookups.ticket_id,
        lookups.source_conversation_id,
        lookups.company_id,
        lookups.contact_email,
        tickets.contact_id,
        tickets.category,
        tickets.created_at,
        tickets.linked_objects,
    from lookups
    inner join tickets
        on lookups.workspace_id = tickets.workspace_id and lookups.ticket_id = tickets.ticket_id
),

trackers as (
    select * from present_tickets
    where category = 'Tracker'
),

customer_tickets as (
    select * from present_tickets
    where category = 'Customer'
),

-- Either side may name the other.
tickets_of_trackers as (
    select
        trackers.workspace_id,
        trackers.ticket_id as tracker_ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        {{ json_id('linked_object', '$.id') }} as customer_ticket_id,
    from {{ unnest_json('trackers', 'linked_objects', 'linked_object') }}
),

trackers_of_tickets as (
    select
        customer_tickets.workspace_id,
        {{ json_id('linked_object', '$.id') }} as tracker_ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        customer_tickets.ticket_id as customer_ticket_id,
    from {{ unnest_json('customer_tickets', 'linked_objects', 'linked_object') }}
),

ticket_links as (
    select * from tickets_of_trackers
    where linked_type = 'ticket'
    union distinct
    select * from trackers_of_tickets
    where linked_type = 'ticket'
),

all_links as (
    select
        links.workspace_id,
        links.ticket_id as tracker_ticket_id,
        conversations.conversation_id,
        cast(null as string) as own_ticket_id,
        conversations.contact_id,
        conversations.contact_email,
        conversations.company_id,
        conversations.created_at,
        links.link_first_seen_at,
    from links
    inner join trackers on links.workspace_id = trackers.workspace_id and links.ticket_id = trackers.ticket_id
    inner join conversations
        on
            links.workspace_id = conversations.workspace_id
            and links.conversation_id = conversations.conversation_id
    union all
    select
        ticket_links.workspace_id,
        ticket_links.tracker_ticket_id,
        customer_tickets.source_conversation_id as conversation_id,
        case when customer_tickets.source_conversation_id is null then customer_tickets.ticket_id end as own_ticket_id,
        customer_tickets.contact_id,
        customer_tickets.contact_email,
        customer_tickets.company_id,
        customer_tickets.created_at,
        cast(null as timestamp) as link_first_seen_at,
    from ticket_links
    inner join trackers
        on
            ticket_links.workspace_id = trackers.workspace_id
            and ticket_links.tracker_ticket_id = trackers.ticket_id
    inner join customer_tickets
        on
            ticket_links.workspace_id = customer_tickets.workspace_id
            and ticket_links.customer_ticket_id = customer_tickets.ticket_id
),

-- A conversation may be linked, and the ticket that it became as well. They wait once.
final as (
    select *
    from all_links
    where true
    qualify
        row_number() over (
            partition by workspace_id, tracker_ticket_id, coalesce(conversation_id, concat('ticket ', own_ticket_id))
            order by case when link_first_seen_at is null then 1 else 0 end, link_first_seen_at, company_id, contact_id
        ) = 1
)

select * from final
