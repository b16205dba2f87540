-- one row per close of a conversation to send to other tools
with

conversations as (
    select * from {{ ref('conversations') }}
),

metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

spells as (
    select * from {{ ref('int_conversation_spells') }}
),

merged as (
    select * from {{ ref('int_conversation_merges') }}
),

contacts as (
    select * from {{ ref('contacts') }}
),

companies as (
    select * from {{ ref('companies') }}
),

retrieved_conversations as (
    select * from {{ ref('int_conversations') }}
),

synced_ranges as (
    select * from {{ ref('int_synced_ranges') }}
    where stream = 'conversations'
),

found_topics as (
    select distinct
        workspace_id,
        conversation_id,
        topic,
    from {{ ref('product_feedback') }}
),

feedback_topics as (
    select
        workspace_id,
        conversation_id,
        {{ sorted_list('topic') }} as topics,
    from found_topics
    group by workspace_id, conversation_id
),

-- Every change into closed, as all marts count it. Intercom lets a close be repeated; sending the repetition would send the same
-- ticket twice. A close that was never shown is sent while it is the last close. A conversation that was merged into another is no
-- ticket of its own: the other's close is sent.
closes as (
    select
        spells.workspace_id,
        spells.conversation_id,
        spells.close_id,
        spells.closed_at,
        spells.closed_by_kind,
        spells.is_last,
    from spells
    left join merged
        on spells.workspace_id = merged.workspace_id and spells.conversation_id = merged.conversation_id
    where
        spells.is_close_dated
        and (spells.is_last or not starts_with(spells.close_id, 'close_after:'))
        and merged.conversation_id is null
),

-- Up to when a conversation's changes are known: when it was retrieved, or the end of the unbroken windows after its last change.
-- The workspace's newest data do not say so: a run that was killed half-way brought only some of the conversations.
known as (
    select
        retrieved_conversations.workspace_id,
        retrieved_conversations.conversation_id,
        {{ later_of('retrieved_conversations.fetched_at', 'synced_ranges.covered_to_at') }} as known_until_at,
    from retrieved_conversations
    left join synced_ranges
        on
            retrieved_conversations.workspace_id = synced_ranges.workspace_id
            and retrieved_conversations.updated_at between synced_ranges.covered_from_at and synced_ranges.covered_to_at
),

-- The policy. Many tickets are closed, reopened by a "thank you" and closed again. Without the quiet hours such a ticket would be
-- sent twice, and a dashboard would count two tickets. The quiet hours end at the last known data and not at today's clock: before
-- the next sync nobody knows whether the ticket was reopened.
told_closes as (
    select
        closes.workspace_id,
        closes.conversation_id,
        closes.close_id,
        closes.closed_at,
        closes.closed_by_kind,
    from closes
    inner join conversations
        on
            closes.workspace_id = conversations.workspace_id
            and closes.conversation_id = conversations.conversation_id
    inner join known
        on
            closes.workspace_id = known.workspace_id
            and closes.conversation_id = known.conversation_id
    where
        closes.closed_at <= known.known_until_at
        and (
            '{{ var('activation_closes') }}' = 'every'
            or (
                closes.is_last
                and conversations.state = 'closed'
                and {{ secs_between('closes.closed_at', 'known.known_until_at') }}
                >= {{ (var('activation_quiet_hours') | float * 3600) | int }}
            )
        )
),

website_hosts as (
    select
        workspace_id,
        company_id,
        {{ web_host('website') }} as host,
    from companies
),

-- A shared host is no company's domain: all companies with a page on Facebook would become one company.
company_hosts as (
    select * from website_hosts
    where not {{ is_shared_host('host') }}
),

email_hosts as (
    select
        workspace_id,
        contact_id,
        {{ web_host('email_domain') }} as host,
    from contacts
),

contact_hosts as (
    select * from email_hosts
    where not {{ is_shared_host('host') }}
),

described as (
    select
        {{ uuid_v5("concat(told_closes.workspace_id, '/', told_closes.conversation_id, '/', told_closes.close_id)") }}
            as event_uuid,
        told_closes.workspace_id,
        told_closes.close_id,

        told_closes.conversation_id,
        conversations.contact_id,
        conversations.contact_email,
        conversations.company_id,
        conversations.created_at,
        told_closes.closed_at,
        -- The state that this close led to: today's state would change the event with every reopening.
        'closed' as state,
        conversations.tags,
        conversations.rating,
        conversations.rating_remark,
        conversations.message_count,
        conversations.time_to_first_reply_seconds,
        {{ secs_between('conversations.created_at', 'told_closes.closed_at') }} as time_to_resolution_seconds,
        conversations.first_message_body,

        metrics.count_reopens,
        metrics.channel,
        told_closes.closed_by_kind,
        metrics.last_team_name as team_name,
        coalesce(feedback_topics.topics, {{ empty_text_array() }}) as topics,
        contacts.external_id as contact_external_id,
        contacts.name as contact_name,
        companies.external_id as company_external_id,
        companies.name as company_name,
        companies.plan_name as company_plan_name,
        -- The company's own website comes before the contact's email address.
        coalesce(company_hosts.host, contact_hosts.host) as company_domain,
    from told_closes
    inner join conversations
        on
            told_closes.workspace_id = conversations.workspace_id
            and told_closes.conversation_id = conversations.conversation_id
    left join metrics
        on
            told_closes.workspace_id = metrics.workspace_id
            and told_closes.conversation_id = metrics.conversation_id
    left join feedback_topics
        on
            told_closes.workspace_id = feedback_topics.workspace_id
            and told_closes.conversation_id = feedback_topics.conversation_id
    left join contacts
        on conversations.workspace_id = contacts.workspace_id and conversations.contact_id = contacts.contact_id
    left join companies
        on conversations.workspace_id = companies.workspace_id and conversations.company_id = companies.company_id
    left join company_hosts
        on conversations.workspace_id = company_hosts.workspace_id and conversations.company_id = company_hosts.company_id
    left join contact_hosts
        on conversations.workspace_id = contact_hosts.workspace_id and conversations.contact_id = contact_hosts.contact_id
),

final as (
    select
        described.*,
        described.closed_at as timestamp,
        -- The first key in `vars: activation_distinct_id` that the contact has. `_activations` keeps what
        -- was sent: a lead that becomes a user, or a merge of two contacts, changes only this column.
        {{ first_known(var('activation_distinct_id'), {
            'external_id': 'described.contact_external_id',
            'email': 'described.contact_email',
            'contact_id': 'described.contact_id',
        }) }} as distinct_id,
        {{ row_hash('described') }} as payload_hash,
    from described
)

select * from final
