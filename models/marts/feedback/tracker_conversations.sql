-- one row per tracker ticket and conversation that waits for it, or customer's ticket without a conversation
{%- set zone = reporting_time_zone() %}
{{ config(cluster_by=['workspace_id', 'ticket_id'], meta={'logic_version': 2}) }}

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

account_companies as (
    select * from {{ ref('int_account_companies') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

-- Where accounts share a company, the first account stands for the company, so that a conversation waits for one account.
first_accounts as (
    select
        workspace_id,
        customer_id,
        min(account_id) as account_id,
    from account_companies
    group by workspace_id, customer_id
),

joined as (
    select
        links.*,
        first_accounts.account_id,
        {{ local_date('freshness.data_as_of_at', zone) }} as known_on,
    from links
    left join first_accounts
        on
            links.workspace_id = first_accounts.workspace_id
            and links.{{ 'contact_id' if var('churn_account_key') == 'contact' else 'company_id' }} = first_accounts.customer_id
    left join freshness on links.workspace_id = freshness.workspace_id
),

-- What the account pays now. An account that left for good waits for nothing.
with_spell as (
    {{ with_plan_of_day(
        'joined',
        day='known_on',
        key=[
            'joined.workspace_id', 'joined.tracker_ticket_id',
            "coalesce(joined.conversation_id, concat('ticket ', joined.own_ticket_id))",
        ],
        spells=ref('int_account_spells'),
        account_mrr=ref('int_account_mrr'),
    ) }}
),

final as (
    select
        with_spell.tracker_ticket_id as ticket_id,
        with_spell.conversation_id,
        coalesce(with_spell.own_ticket_id, conversation_tickets.ticket_id) as customer_ticket_id,
        with_spell.workspace_id,
        with_spell.contact_id,
        with_spell.contact_email,
        with_spell.company_id,
        with_spell.account_id,

        tickets.inbox_number,
        tickets.title,
        tickets.state_category,
        conversations.state as conversation_state,
        with_spell.plan,
        with_spell.mrr,

        coalesce(tickets.state_category <> 'resolved', tickets.is_open) as is_waiting,

        tickets.created_at as tracker_created_at,
        tickets.resolved_at as tracker_resolved_at,
        with_spell.created_at,
        with_spell.link_first_seen_at,
    from with_spell
    inner join tickets
        on
            with_spell.workspace_id = tickets.workspace_id
            and with_spell.tracker_ticket_id = tickets.ticket_id
    left join conversations
        on
            with_spell.workspace_id = conversations.workspace_id
            and with_spell.conversation_id = conversations.conversation_id
    left join conversation_tickets
        on
            with_spell.workspace_id = conversation_tickets.workspace_id
            and with_spell.conversation_id = conversation_tickets.conversation_id
)

select * from final
