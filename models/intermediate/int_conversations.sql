-- one row per conversation that Intercom still has
with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

deleted_conversations as (
    select * from {{ ref('stg_intercom__deleted_conversations') }}
),

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

-- Retrieved after it was said to be deleted, a conversation is alive. In the same second the deletion holds:
-- Intercom's clock is rounded down, and a row too few is put right by the next run, a deleted person's words are not.
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

final as (
    select
        not_deleted.*,
        contacts.email as contact_email,
        -- The conversation's own company is the one that was concerned; the contact's first is a guess for the rest.
        coalesce(not_deleted.own_company_id, contacts.first_company_id) as company_id,
        -- A customer is one by author type. A message in a teammate's name may come from a campaign, a workflow or a series:
        -- only `delivered_as` shows it, and nobody typed it for this customer. Without an author `delivered_as` decides alone.
        case
            when not_deleted.source_author_type in ('user', 'lead', 'contact', 'visitor') then 'customer'
            when not_deleted.source_author_type is null and not_deleted.source_delivered_as = 'customer_initiated' then 'customer'
            when not_deleted.source_delivered_as in ('campaigns_initiated', 'operator_initiated', 'automated') then 'bot'
            when not_deleted.source_author_type in ('admin', 'team') then 'teammate'
            when not_deleted.source_author_type is null and not_deleted.source_delivered_as = 'admin_initiated' then 'teammate'
            else 'bot'
        end as opened_by,
        -- The opening counts even when it is empty: every conversation is begun by somebody.
        not not_deleted.is_source_redacted
        and coalesce(not_deleted.source_id, not_deleted.source_type, not_deleted.source_author_type, not_deleted.source_body)
        is not null as is_source_message,
    from not_deleted
    left join contacts
        on
            not_deleted.workspace_id = contacts.workspace_id
            and not_deleted.contact_id = contacts.contact_id
)

select * from final
