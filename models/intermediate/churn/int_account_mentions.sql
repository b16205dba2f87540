-- one row per account, ticket of the account and topic of the ticket: a tag, or each message with a feedback topic

-- What reads these rows asks for days before the last known one alone. So it is built again when such a day changes, or the last known day.
-- depends_on: {{ ref('int_churn_cutoffs') }}
{{ config(
    materialized='versioned_incremental',
    meta={
        'follows': 'int_conversation_metric_inputs',
        'settings': [var('churn_exclude_tags'), var('churn_exclude_topics')],
        'settled_by': {
            'model': 'int_churn_cutoffs', 'column': 'support_known_until_on', 'began': 'known_on', 'ended': 'excluded_on',
        },
    },
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set zone = reporting_time_zone() %}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

account_conversations as (
    {{ changed_rows(ref('int_account_conversations'), months, month='created_at') }}
),

conversation_tags as (
    {{ changed_rows(ref('int_conversation_tag_names'), months) }}
),

feedback_matches as (
    {{ changed_rows(ref('int_feedback_matches'), months) }}
),

mentions as (
    select
        workspace_id,
        conversation_id,
        tag_name as topic,
        'tag' as topic_kind,
        applied_at as known_at,
    from conversation_tags
    where not {{ text_in_list('tag_name', var('churn_exclude_tags')) }}
    union all
    select
        workspace_id,
        conversation_id,
        topic,
        'feedback' as topic_kind,
        sent_at as known_at,
    from feedback_matches
    where not {{ text_in_list('topic', var('churn_exclude_topics')) }}
),

-- A tag without a time counts from the beginning of its ticket, and so does one that a campaign brought.
final as (
    select
        account_conversations.account_id,
        account_conversations.workspace_id,
        account_conversations.conversation_id,
        mentions.topic,
        mentions.topic_kind,
        {{ local_date(later_of('mentions.known_at', 'account_conversations.ticket_at'), zone) }} as known_on,
        {{ local_date('account_conversations.excluded_at', zone) }} as excluded_on,
        account_conversations.created_at as conversation_created_at,
    from account_conversations
    inner join mentions
        on
            account_conversations.workspace_id = mentions.workspace_id
            and account_conversations.conversation_id = mentions.conversation_id
    where account_conversations.is_ticket
)

select * from final
