-- one row per tracker ticket and conversation that waits for it, or customer's ticket without a conversation

-- A view: trackers are few, but what waits for them is looked for among all tickets and conversations.
{{ config(materialized='versioned_view', meta={'logic_version': 3}) }}

with

links as (
    select * from {{ ref('int_tracker_links') }}
),

tickets as (
    select * from {{ ref('tickets') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

conversation_tickets as (
    select * from {{ ref('int_conversation_tickets') }}
    where not is_ticket_deleted
),

-- Two ids of an account may belong to one company.
account_companies as (
    select distinct
        account_id,
        workspace_id,
        customer_id,
    from {{ ref('int_account_companies') }}
),

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

joined as (
    select
        links.*,
        account_companies.account_id,
        workspace_dates.data_as_of_on as known_on,
    from links
    left join account_companies
        on
            links.workspace_id = account_companies.workspace_id
            and links.{{ 'contact_id' if var('churn_account_key') == 'contact' else 'company_id' }} = account_companies.customer_id
    left join workspace_dates on links.workspace_id = workspace_dates.workspace_id
),

-- An account that left for good waits for nothing.
with_account as (
    {{ with_plan_of_day(
        'joined',
        day='known_on',
        key=['workspace_id', 'tracker_ticket_id', 'waiting_id'],
        spells=ref('int_account_spells'),
        account_mrr=ref('int_account_mrr'),
    ) }}
),

final as (
    select
        with_account.tracker_ticket_id as ticket_id,
        with_account.conversation_id,
        coalesce(with_account.own_ticket_id, conversation_tickets.ticket_id) as customer_ticket_id,
        with_account.workspace_id,
        with_account.contact_id,
        with_account.contact_email,
        with_account.company_id,
        with_account.account_id,

        tickets.inbox_number,
        tickets.title,
        tickets.state_category,
        conversations.state as conversation_state,
        with_account.plan,
        with_account.mrr,

        with_account.is_account_left,
        -- Where Intercom does not say how far the tracker is, it is not known to be done.
        coalesce(tickets.state_category <> 'resolved', tickets.is_open, true) and not with_account.is_account_left as is_waiting,

        tickets.created_at as tracker_created_at,
        tickets.resolved_at as tracker_resolved_at,
        with_account.created_at,
        with_account.link_first_seen_at,
    from with_account
    inner join tickets
        on
            with_account.workspace_id = tickets.workspace_id
            and with_account.tracker_ticket_id = tickets.ticket_id
    left join conversations
        on
            with_account.workspace_id = conversations.workspace_id
            and with_account.conversation_id = conversations.conversation_id
    left join conversation_tickets
        on
            with_account.workspace_id = conversation_tickets.workspace_id
            and with_account.conversation_id = conversation_tickets.conversation_id
)

select * from final
