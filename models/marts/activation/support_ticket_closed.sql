-- one row per close of a conversation to send to other tools
{{ config(
    materialized='versioned_incremental',
    meta={
        'follows': 'int_conversation_close_versions',
        'settings': [
            var('activation_distinct_id'), var('activation_free_email_domains'), var('activation_shared_hosts'),
            var('activation_tenant_hosts'),
        ],
    },
    unique_key=['event_uuid'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_close_versions')) }}
),

conversations as (
    {{ changed_rows(ref('conversations'), months, month='created_at') }}
),

metrics as (
    {{ changed_rows(ref('int_conversation_metrics'), months, month='created_at') }}
),

spells as (
    {{ changed_rows(ref('int_conversation_spells'), months) }}
),

merged as (
    select * from {{ ref('int_conversation_merges') }}
),

all_contacts as (
    select * from {{ ref('contacts') }}
),

all_companies as (
    select * from {{ ref('companies') }}
),

retrieved_conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

synced_ranges as (
    select * from {{ ref('int_synced_ranges') }}
    where stream = 'conversations'
),

feedback_matches as (
    {{ changed_rows(ref('int_feedback_matches'), months) }}
),

found_topics as (
    select distinct
        workspace_id,
        conversation_id,
        topic,
    from feedback_matches
),

feedback_topics as (
    select
        workspace_id,
        conversation_id,
        {{ sorted_list('topic') }} as topics,
    from found_topics
    group by workspace_id, conversation_id
),

{{ told_closes_steps('spells', 'merged', 'retrieved_conversations', 'synced_ranges') }},

-- Hosts are looked for in the websites and addresses of the conversations that changed alone, because the lists of hosts are long.
people as (
    select distinct
        workspace_id,
        contact_id,
    from conversations
),

contacts as (
    select all_contacts.*
    from all_contacts
    inner join people
        on all_contacts.workspace_id = people.workspace_id and all_contacts.contact_id = people.contact_id
),

customers as (
    select distinct
        workspace_id,
        company_id,
    from conversations
),

companies as (
    select all_companies.*
    from all_companies
    inner join customers
        on all_companies.workspace_id = customers.workspace_id and all_companies.company_id = customers.company_id
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
