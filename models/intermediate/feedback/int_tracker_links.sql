-- one row per tracker ticket that Intercom still has and what waits for it: a conversation, or a customer's ticket without one
-- A view: a row depends on other tickets and conversations, and the marts of trackers alone read it.
{{ config(materialized='versioned_view', meta={'logic_version': 2}) }}

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

merged as (
    select * from {{ ref('int_merge_steps') }}
    where is_last
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
        tickets.is_linked_list_complete,
        tickets.fetched_at,
        coalesce(lookups.source_conversation_id, concat('ticket ', lookups.ticket_id)) as waiting_id,
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
listed_by_trackers as (
    select
        trackers.workspace_id,
        trackers.ticket_id as tracker_ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        {{ json_id('linked_object', '$.id') }} as customer_ticket_id,
        true as is_listed_by_tracker,
        false as is_listed_by_ticket,
    from {{ unnest_json('trackers', 'linked_objects', 'linked_object') }}
),

listed_by_tickets as (
    select
        customer_tickets.workspace_id,
        {{ json_id('linked_object', '$.id') }} as tracker_ticket_id,
        {{ json_str('linked_object', '$.type') }} as linked_type,
        customer_tickets.ticket_id as customer_ticket_id,
        false as is_listed_by_tracker,
        true as is_listed_by_ticket,
    from {{ unnest_json('customer_tickets', 'linked_objects', 'linked_object') }}
),

ticket_pairs as (
    select
        workspace_id,
        tracker_ticket_id,
        customer_ticket_id,
        max(case when is_listed_by_tracker then 1 else 0 end) = 1 as is_listed_by_tracker,
        max(case when is_listed_by_ticket then 1 else 0 end) = 1 as is_listed_by_ticket,
    from (
        select * from listed_by_trackers
        union all
        select * from listed_by_tickets
    ) as listed
    where linked_type = 'ticket'
    group by workspace_id, tracker_ticket_id, customer_ticket_id
),

linked_tickets as (
    select
        ticket_pairs.workspace_id,
        ticket_pairs.tracker_ticket_id,
        customer_tickets.ticket_id,
        customer_tickets.source_conversation_id,
    from ticket_pairs
    inner join trackers
        on
            ticket_pairs.workspace_id = trackers.workspace_id
            and ticket_pairs.tracker_ticket_id = trackers.ticket_id
    inner join customer_tickets
        on
            ticket_pairs.workspace_id = customer_tickets.workspace_id
            and ticket_pairs.customer_ticket_id = customer_tickets.ticket_id
    where {{ is_still_linked(
        'trackers', 'ticket_pairs.is_listed_by_tracker', 'customer_tickets', 'ticket_pairs.is_listed_by_ticket'
    ) }}
),

all_links as (
    select
        links.workspace_id,
        links.ticket_id as tracker_ticket_id,
        links.conversation_id as linked_conversation_id,
        cast(null as string) as own_ticket_id,
        links.link_first_seen_at,
    from links
    inner join trackers on links.workspace_id = trackers.workspace_id and links.ticket_id = trackers.ticket_id
    union all
    select
        workspace_id,
        tracker_ticket_id,
        source_conversation_id as linked_conversation_id,
        case when source_conversation_id is null then ticket_id end as own_ticket_id,
        cast(null as timestamp) as link_first_seen_at,
    from linked_tickets
),

-- A conversation may be linked, and the ticket that it became as well, and a conversation that was merged into it. They wait once.
waiting as (
    select
        all_links.workspace_id,
        all_links.tracker_ticket_id,
        coalesce(merged.served_in_conversation_id, all_links.linked_conversation_id) as conversation_id,
        all_links.own_ticket_id,
        min(all_links.link_first_seen_at) as link_first_seen_at,
    from all_links
    left join merged
        on
            all_links.workspace_id = merged.workspace_id
            and all_links.linked_conversation_id = merged.conversation_id
    group by
        all_links.workspace_id,
        all_links.tracker_ticket_id,
        coalesce(merged.served_in_conversation_id, all_links.linked_conversation_id),
        all_links.own_ticket_id
),

with_waiting_id as (
    select
        *,
        coalesce(conversation_id, concat('ticket ', own_ticket_id)) as waiting_id,
    from waiting
),

-- What is known of a conversation counts before what is known of the ticket that it became.
final as (
    select
        with_waiting_id.workspace_id,
        with_waiting_id.tracker_ticket_id,
        with_waiting_id.waiting_id,
        with_waiting_id.conversation_id,
        with_waiting_id.own_ticket_id,
        coalesce(conversations.contact_id, customer_tickets.contact_id) as contact_id,
        case
            when conversations.contact_id is null then customer_tickets.contact_email else conversations.contact_email
        end as contact_email,
        coalesce(conversations.company_id, customer_tickets.company_id) as company_id,
        coalesce(conversations.created_at, customer_tickets.created_at) as created_at,
        with_waiting_id.link_first_seen_at,
    from with_waiting_id
    left join conversations
        on
            with_waiting_id.workspace_id = conversations.workspace_id
            and with_waiting_id.conversation_id = conversations.conversation_id
    left join customer_tickets
        on
            with_waiting_id.workspace_id = customer_tickets.workspace_id
            and with_waiting_id.waiting_id = customer_tickets.waiting_id
    where conversations.conversation_id is not null or with_waiting_id.own_ticket_id is not null
)

select * from final
