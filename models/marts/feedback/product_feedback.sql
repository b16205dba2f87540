-- one row per customer message and topic of that message
{%- set zone = reporting_time_zone() %}
{{ config(
    materialized='versioned_incremental',
    meta={
        'follows': 'int_conversation_metric_inputs',
        'rebuilt_with': ['int_account_plans', 'int_account_mrr'],
        'logic_version': 2,
    },
    unique_key=['workspace_id', 'conversation_id', 'message_id', 'topic'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

feedback_matches as (
    {{ changed_rows(ref('int_feedback_matches'), months) }}
),

messages as (
    {{ changed_rows(ref('int_conversation_messages'), months) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

account_conversations as (
    {{ changed_rows(ref('int_account_conversations'), months, month='created_at') }}
),

joined as (
    select
        feedback_matches.workspace_id,
        feedback_matches.conversation_id,
        feedback_matches.message_id,
        feedback_matches.topic,
        feedback_matches.kind,
        feedback_matches.quote,
        messages.is_opening,
        messages.author_id as contact_id,
        conversations.company_id,
        conversations.rating,
        account_conversations.account_id,
        feedback_matches.sent_at,
        {{ local_date('feedback_matches.sent_at', zone) }} as sent_on,
        conversations.created_at as conversation_created_at,
    from feedback_matches
    inner join messages
        on
            feedback_matches.workspace_id = messages.workspace_id
            and feedback_matches.conversation_id = messages.conversation_id
            and feedback_matches.message_id = messages.message_id
    inner join conversations
        on
            feedback_matches.workspace_id = conversations.workspace_id
            and feedback_matches.conversation_id = conversations.conversation_id
    left join account_conversations
        on
            feedback_matches.workspace_id = account_conversations.workspace_id
            and feedback_matches.conversation_id = account_conversations.conversation_id
),

with_account as (
    {{ with_plan_of_day(
        'joined',
        day='sent_on',
        key=['workspace_id', 'conversation_id', 'message_id', 'topic'],
        spells=ref('int_account_plans'),
        account_mrr=ref('int_account_mrr'),
    ) }}
),

final as (
    select
        workspace_id,
        conversation_id,
        message_id,
        topic,
        kind,
        account_id,
        company_id,
        contact_id,
        plan,
        mrr,
        left(quote, 1000) as quote,
        is_opening,
        rating,
        sent_at,
        conversation_created_at,
    from with_account
)

select * from final
