-- one row per conversation and ticket that may be the conversation's own, by what either of them says
{{ config(meta={'compares_rows': true}, cluster_by=['workspace_id', 'conversation_id']) }}

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

sights as (
    select * from {{ ref('int_ticket_link_sights') }}
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

-- A type may have had another name when its category was read. So whatever a type's name decides is as new as the newest type.
newest_types as (
    select
        workspace_id,
        max(loaded_at) as loaded_at,
    from ticket_types
    group by workspace_id
),

-- A conversation does not say of which category its ticket is. The ticket does, else an attribute of the conversation, else its type.
named as (
    select
        not_deleted.workspace_id,
        not_deleted.conversation_id,
        not_deleted.named_ticket_id as ticket_id,
        coalesce(tickets.category, not_deleted.named_ticket_category, type_categories.only_category) as ticket_category,
        -- A conversation is not linked to itself. So a back-office ticket to which the conversation was ever linked is another record,
        -- also after the link has ended.
        sights.ticket_id is not null as is_ever_linked,
        gone_tickets.ticket_id is not null as is_ticket_deleted,
        -- A conversation under the id of the ticket that it names is the ticket itself, and no list names deleted tickets.
        gone_tickets.ticket_id is not null
        and not_deleted.conversation_id = not_deleted.named_ticket_id
        and not coalesce(gone_tickets.known_deleted_at < not_deleted.fetched_at, false) as is_deleted_with_ticket,
        1 as evidence,
        not_deleted.created_at,
        tickets.created_at as ticket_created_at,
        not_deleted.loaded_at,
        tickets.loaded_at as ticket_loaded_at,
        sights.link_loaded_at,
        case
            when
                coalesce(tickets.category, not_deleted.named_ticket_category) is null and not_deleted.named_ticket_type is not null
                then newest_types.loaded_at
        end as type_loaded_at,
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
    left join newest_types on not_deleted.workspace_id = newest_types.workspace_id
    left join sights
        on
            not_deleted.workspace_id = sights.workspace_id
            and not_deleted.conversation_id = sights.conversation_id
            and not_deleted.named_ticket_id = sights.ticket_id
    where not_deleted.named_ticket_id is not null
),

-- Without `ticket`, a link to a customer's ticket says the same: such a ticket is made of a conversation, which is at least as old.
linked as (
    select
        links.workspace_id,
        links.conversation_id,
        links.ticket_id,
        links.ticket_category,
        true as is_ever_linked,
        false as is_ticket_deleted,
        false as is_deleted_with_ticket,
        2 as evidence,
        not_deleted.created_at,
        tickets.created_at as ticket_created_at,
        not_deleted.loaded_at,
        tickets.loaded_at as ticket_loaded_at,
        sights.link_loaded_at,
        cast(null as timestamp) as type_loaded_at,
    from links
    inner join not_deleted
        on
            links.workspace_id = not_deleted.workspace_id
            and links.conversation_id = not_deleted.conversation_id
    left join tickets
        on links.workspace_id = tickets.workspace_id and links.ticket_id = tickets.ticket_id
    left join sights
        on
            links.workspace_id = sights.workspace_id
            and links.ticket_id = sights.ticket_id
            and links.conversation_id = sights.conversation_id
    left join gone_tickets
        on links.workspace_id = gone_tickets.workspace_id and links.ticket_id = gone_tickets.ticket_id
    where
        links.ticket_category = 'Customer'
        and gone_tickets.ticket_id is null
        and not_deleted.named_ticket_id is null
        and coalesce(not_deleted.created_at <= tickets.created_at, true)
),

all_candidates as (
    select * from named
    union all
    select * from linked
),

-- Which conversation gets a ticket depends on every candidate of the ticket. So what is known of one candidate is as new as the newest of
-- them.
final as (
    select
        workspace_id,
        conversation_id,
        ticket_id,
        ticket_category,
        is_ever_linked,
        is_ticket_deleted,
        is_deleted_with_ticket,
        evidence,
        created_at,
        ticket_created_at,
        max(greatest(
            loaded_at,
            coalesce(ticket_loaded_at, loaded_at),
            coalesce(link_loaded_at, loaded_at),
            coalesce(type_loaded_at, loaded_at)
        )) over (partition by workspace_id, ticket_id) as evidence_loaded_at,
    from all_candidates
)

select * from final
