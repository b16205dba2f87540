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
),

-- Two ids of an account may belong to one company.
account_companies as (
    select distinct
        account_id,
        workspace_id,
        customer_id,
    from {{ ref('int_account_companies') }}
),

spells as (
    select * from {{ ref('int_account_spells') }}
),

account_mrr as (
    select * from {{ ref('int_account_mrr') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

last_ends as (
    select
        account_id,
        max(coalesce(plan_until_on, cast('9999-12-31' as date))) as left_on,
    from spells
    group by account_id
),

joined as (
    select
        links.*,
        account_companies.account_id,
        {{ local_date('freshness.data_as_of_at', zone) }} as known_on,
    from links
    left join account_companies
        on
            links.workspace_id = account_companies.workspace_id
            and links.{{ 'contact_id' if var('churn_account_key') == 'contact' else 'company_id' }} = account_companies.customer_id
    left join freshness on links.workspace_id = freshness.workspace_id
),

-- What an account pays now: before its first spell (in a trial) and between spells, the next plan. An account that left for good pays
-- nothing, and waits for nothing. An account without any usable row is not known to have left.
with_spell as (
    select
        joined.*,
        spells.plan,
        spells.plan_from_on,
        coalesce(account_mrr.mrr, spells.mrr) as mrr,
        coalesce(last_ends.left_on <= joined.known_on, false) as is_account_left,
    from joined
    left join last_ends on joined.account_id = last_ends.account_id
    left join spells
        on
            joined.account_id = spells.account_id
            and coalesce(spells.plan_until_on, cast('9999-12-31' as date)) > joined.known_on
    left join account_mrr
        on
            spells.account_id = account_mrr.account_id
            and joined.known_on >= account_mrr.changed_on
            and coalesce(account_mrr.next_changed_on, cast('9999-12-31' as date)) > joined.known_on
    where true
    qualify
        row_number() over (
            partition by joined.workspace_id, joined.tracker_ticket_id, joined.waiting_id, joined.account_id
            order by spells.plan_from_on
        ) = 1
),

-- Where accounts share a company, one of them stands for the company, so that a conversation waits for one account.
with_account as (
    select with_spell.*
    from with_spell
    where true
    qualify
        row_number() over (
            partition by with_spell.workspace_id, with_spell.tracker_ticket_id, with_spell.waiting_id
            order by
                case when with_spell.is_account_left then 1 else 0 end,
                {{ paying_first('with_spell', 'with_spell.known_on') }}
        ) = 1
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
