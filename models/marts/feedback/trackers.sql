-- one row per tracker ticket that is not deleted in Intercom: who waits for it, and how much they pay

-- A view: trackers are few, but what waits for them is looked for among all tickets and conversations.
{{ config(materialized='versioned_view', meta={'logic_version': 2}) }}

with

tickets as (
    select * from {{ ref('tickets') }}
    where category = 'Tracker'
),

staged as (
    select * from {{ ref('stg_intercom__tickets') }}
),

links as (
    select * from {{ ref('int_ticket_links') }}
),

tracker_conversations as (
    select * from {{ ref('tracker_conversations') }}
),

known_links as (
    select
        workspace_id,
        ticket_id,
        count(*) as links_count,
    from links
    group by workspace_id, ticket_id
),

counted as (
    select
        workspace_id,
        ticket_id,
        count(*) as conversations,
        {{ count_if("conversation_state <> 'closed'") }} as open_conversations,
        count(distinct contact_id) as contacts,
        count(distinct company_id) as companies,
        min(created_at) as first_conversation_at,
        max(created_at) as last_conversation_at,
    from tracker_conversations
    group by workspace_id, ticket_id
),

-- An account pays once, however many of its conversations wait.
accounts as (
    select
        workspace_id,
        ticket_id,
        account_id,
        -- Rows of one account agree on both.
        max(case when is_account_left then 1 else 0 end) = 1 as is_left,
        max(mrr) as mrr,
    from tracker_conversations
    where account_id is not null
    group by workspace_id, ticket_id, account_id
),

paid as (
    select
        workspace_id,
        ticket_id,
        {{ count_if('not is_left') }} as accounts,
        {{ count_if('is_left') }} as accounts_left,
        sum(mrr) as mrr,
    from accounts
    group by workspace_id, ticket_id
),

final as (
    select
        tickets.ticket_id,
        tickets.workspace_id,
        tickets.inbox_number,
        tickets.type,
        tickets.title,
        tickets.state_category,
        tickets.state_label,

        coalesce(counted.conversations, 0) as conversations,
        coalesce(counted.open_conversations, 0) as open_conversations,
        coalesce(counted.contacts, 0) as contacts,
        coalesce(counted.companies, 0) as companies,
        coalesce(paid.accounts, 0) as accounts,
        coalesce(paid.accounts_left, 0) as accounts_left,
        coalesce(paid.mrr, 0) as mrr,
        staged.linked_objects_count,

        -- Where Intercom does not say how far the tracker is, it is not known to be done.
        coalesce(tickets.state_category <> 'resolved', tickets.is_open, true) as is_waited_for,
        -- A list that Intercom cut is made up by the conversations that name the tracker, as far as they were synced.
        staged.is_linked_list_complete
        or (staged.linked_objects is not null and coalesce(known_links.links_count, 0) >= staged.linked_objects_count)
            as are_all_links_known,

        tickets.created_at,
        tickets.resolved_at,
        counted.first_conversation_at,
        counted.last_conversation_at,
    from tickets
    inner join staged
        on tickets.workspace_id = staged.workspace_id and tickets.ticket_id = staged.ticket_id
    left join known_links
        on tickets.workspace_id = known_links.workspace_id and tickets.ticket_id = known_links.ticket_id
    left join counted
        on tickets.workspace_id = counted.workspace_id and tickets.ticket_id = counted.ticket_id
    left join paid
        on tickets.workspace_id = paid.workspace_id and tickets.ticket_id = paid.ticket_id
)

select * from final
