-- one row per account and conversation of the account
{{ config(
    materialized='versioned_incremental',
    meta={
        'follows': 'int_conversation_metric_inputs',
        'rebuilt_with': ['int_account_companies'],
        'settings': [var('churn_account_key'), var('churn_exclude_tags'), var('churn_exclude_topics')],
    },
    unique_key=['account_id', 'workspace_id', 'conversation_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set customer_id = 'contact_id' if var('churn_account_key') == 'contact' else 'company_id' %}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

facts as (
    {{ changed_rows(ref('int_conversation_facts'), months) }}
),

-- A ticket is a conversation that a customer began, or one that a campaign or a bot opened, from the customer's first message on: before
-- that, it is no sign of anything. What teammates begin of their own is no ticket.
begun_conversations as (
    select
        conversations.*,
        case
            when conversations.opened_by = 'customer' then conversations.created_at
            when conversations.opened_by = 'bot' then facts.first_shown_customer_message_at
        end as ticket_at,
    from conversations
    left join facts
        on
            conversations.workspace_id = facts.workspace_id
            and conversations.conversation_id = facts.conversation_id
),

-- Two ids of an account may belong to one company: its conversations count once.
account_companies as (
    select distinct
        account_id,
        workspace_id,
        customer_id,
    from {{ ref('int_account_companies') }}
),

conversation_tags as (
    {{ changed_rows(ref('int_conversation_tag_names'), months) }}
),

feedback_matches as (
    {{ changed_rows(ref('int_feedback_matches'), months) }}
),

-- A customer who asks how to cancel has decided already: such a ticket would "predict" churn perfectly and help nobody. The
-- ticket counts until the day when the tag or topic became known. Otherwise every new tag would change the past.
exclusions as (
    select
        conversation_tags.workspace_id,
        conversation_tags.conversation_id,
        coalesce(conversation_tags.applied_at, conversations.created_at) as known_at,
    from conversation_tags
    inner join conversations
        on
            conversation_tags.workspace_id = conversations.workspace_id
            and conversation_tags.conversation_id = conversations.conversation_id
    where {{ text_in_list('conversation_tags.tag_name', var('churn_exclude_tags')) }}
    union all
    select
        workspace_id,
        conversation_id,
        sent_at as known_at,
    from feedback_matches
    where {{ text_in_list('topic', var('churn_exclude_topics')) }}
),

first_exclusions as (
    select
        workspace_id,
        conversation_id,
        min(known_at) as excluded_at,
    from exclusions
    group by workspace_id, conversation_id
),

final as (
    select
        account_companies.account_id,
        begun_conversations.workspace_id,
        begun_conversations.conversation_id,
        begun_conversations.ticket_at is not null as is_ticket,
        begun_conversations.ticket_at,
        begun_conversations.created_at,
        first_exclusions.excluded_at,
    from begun_conversations
    inner join account_companies
        on
            begun_conversations.workspace_id = account_companies.workspace_id
            and begun_conversations.{{ customer_id }} = account_companies.customer_id
    left join first_exclusions
        on
            begun_conversations.workspace_id = first_exclusions.workspace_id
            and begun_conversations.conversation_id = first_exclusions.conversation_id
)

select * from final
