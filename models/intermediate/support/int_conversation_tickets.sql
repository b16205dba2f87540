-- one row per conversation that is a ticket: one that became a customer's ticket, or a ticket that Intercom lists as a conversation
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'logic_version': 2}) }}

with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

deleted_conversations as (
    select * from {{ ref('stg_intercom__deleted_conversations') }}
),

tickets as (
    select * from {{ ref('stg_intercom__tickets') }}
),

deleted_tickets as (
    select * from {{ ref('stg_intercom__deleted_tickets') }}
),

ticket_types as (
    select * from {{ ref('stg_intercom__ticket_types') }}
),

links as (
    select * from {{ ref('int_ticket_links') }}
),

not_deleted as (
    select conversations.*
    from conversations
    left join deleted_conversations
        on
            conversations.workspace_id = deleted_conversations.workspace_id
            and conversations.conversation_id = deleted_conversations.conversation_id
    where
        deleted_conversations.conversation_id is null
        or deleted_conversations.known_deleted_at < conversations.fetched_at
),

gone_tickets as (
    select deleted_tickets.*
    from deleted_tickets
    left join tickets
        on deleted_tickets.workspace_id = tickets.workspace_id and deleted_tickets.ticket_id = tickets.ticket_id
    where not coalesce(deleted_tickets.known_deleted_at < tickets.fetched_at, false)
),

-- Two types may have one name. Only a name of one category says what the ticket is.
type_categories as (
    select
        workspace_id,
        name,
        min(category) as only_category,
    from ticket_types
    where name is not null
    group by workspace_id, name
    having min(category) = max(category)
),

-- A conversation does not say of which category its ticket is. The ticket does, else an attribute of the conversation, else its type.
named as (
    select
        not_deleted.workspace_id,
        not_deleted.conversation_id,
        not_deleted.named_ticket_id as ticket_id,
        coalesce(tickets.category, not_deleted.named_ticket_category, type_categories.only_category) as ticket_category,
        -- A conversation is not linked to itself. So a back-office ticket that the conversation links to is another record.
        links.ticket_id is not null as is_linked,
        gone_tickets.ticket_id is not null as is_ticket_deleted,
        -- A conversation under the id of the ticket that it names is the ticket itself, and no list names deleted tickets.
        gone_tickets.ticket_id is not null
        and not_deleted.conversation_id = not_deleted.named_ticket_id
        and not coalesce(gone_tickets.known_deleted_at < not_deleted.fetched_at, false) as is_deleted_with_ticket,
        1 as evidence,
        not_deleted.created_at,
        tickets.created_at as ticket_created_at,
        tickets.loaded_at as ticket_loaded_at,
    from not_deleted
    left join tickets
        on
            not_deleted.workspace_id = tickets.workspace_id
            and not_deleted.named_ticket_id = tickets.ticket_id
    left join gone_tickets
        on
            not_deleted.workspace_id = gone_tickets.workspace_id
            and not_deleted.named_ticket_id = gone_tickets.ticket_id
    left join type_categories
        on
            not_deleted.workspace_id = type_categories.workspace_id
            and not_deleted.named_ticket_type = type_categories.name
    left join links
        on
            not_deleted.workspace_id = links.workspace_id
            and not_deleted.conversation_id = links.conversation_id
            and not_deleted.named_ticket_id = links.ticket_id
    where not_deleted.named_ticket_id is not null
),

-- Without `ticket`, a link to a customer's ticket says the same: such a ticket is made of a conversation, which is at least as old.
linked as (
    select
        links.workspace_id,
        links.conversation_id,
        links.ticket_id,
        links.ticket_category,
        true as is_linked,
        false as is_ticket_deleted,
        false as is_deleted_with_ticket,
        2 as evidence,
        not_deleted.created_at,
        tickets.created_at as ticket_created_at,
        tickets.loaded_at as ticket_loaded_at,
    from links
    inner join not_deleted
        on
            links.workspace_id = not_deleted.workspace_id
            and links.conversation_id = not_deleted.conversation_id
    left join tickets
        on links.workspace_id = tickets.workspace_id and links.ticket_id = tickets.ticket_id
    left join gone_tickets
        on links.workspace_id = gone_tickets.workspace_id and links.ticket_id = gone_tickets.ticket_id
    where
        links.ticket_category = 'Customer'
        and gone_tickets.ticket_id is null
        and not_deleted.named_ticket_id is null
        and coalesce(not_deleted.created_at <= tickets.created_at, true)
),

candidates as (
    select * from named
    union all
    select * from linked
),

-- A ticket becomes of one conversation, and a conversation becomes one ticket. More of either would count one piece of work twice.
of_tickets as (
    select * from candidates
    where coalesce(ticket_category, 'Customer') = 'Customer' or not is_linked
    qualify
        row_number() over (
            partition by workspace_id, ticket_id order by evidence, created_at, length(conversation_id), conversation_id
        ) = 1
),

of_conversations as (
    select * from of_tickets
    where true
    qualify
        row_number() over (
            partition by workspace_id, conversation_id order by evidence, ticket_created_at, length(ticket_id), ticket_id
        ) = 1
),

final as (
    select
        workspace_id,
        conversation_id,
        ticket_id,
        ticket_category,
        -- Public programs read back-office and tracker tickets among the conversations. No customer wrote them.
        coalesce(ticket_category in ('Back-office', 'Tracker'), false) as is_internal,
        is_ticket_deleted,
        is_deleted_with_ticket,
        ticket_loaded_at,
    from of_conversations
)

select * from final
