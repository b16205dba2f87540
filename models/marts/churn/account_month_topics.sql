-- one row per account, month and topic (tag or feedback topic) of the account's tickets in the window, as known then
{%- set zone = reporting_time_zone() %}
{{ config(meta={'logic_version': 2}) }}

with

account_months as (
    select * from {{ ref('account_months') }}
),

months as (
    select * from {{ ref('int_churn_months') }}
),

account_conversations as (
    select * from {{ ref('int_account_conversations') }}
),

merge_steps as (
    select
        workspace_id,
        conversation_id,
        served_in_conversation_id,
        {{ local_date('merged_at', zone) }} as merged_on,
        {{ local_date('next_merged_at', zone) }} as next_merged_on,
    from {{ ref('int_merge_steps') }}
),

conversation_tags as (
    select * from {{ ref('conversation_tags') }}
),

feedback_matches as (
    select * from {{ ref('int_feedback_matches') }}
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

-- A tag without a time counts from the creation of its conversation.
dated as (
    select
        account_conversations.account_id,
        account_conversations.workspace_id,
        account_conversations.conversation_id,
        mentions.topic,
        mentions.topic_kind,
        {{ local_date('coalesce(mentions.known_at, account_conversations.created_at)', zone) }} as known_on,
        {{ local_date('account_conversations.excluded_at', zone) }} as excluded_on,
    from account_conversations
    inner join mentions
        on
            account_conversations.workspace_id = mentions.workspace_id
            and account_conversations.conversation_id = mentions.conversation_id
    where account_conversations.is_ticket
),

windowed as (
    select
        dated.account_id,
        months.month,
        dated.topic,
        dated.topic_kind,
        -- From the merge on, a ticket and the ticket that it was merged into are one.
        count(distinct concat(
            dated.workspace_id, ' ', coalesce(merge_steps.served_in_conversation_id, dated.conversation_id)
        )) as tickets,
    from dated
    inner join months
        on
            dated.known_on >= months.window_from_on
            and dated.known_on < months.window_until_on
            and coalesce(dated.excluded_on, cast('9999-12-31' as date)) >= months.window_until_on
    left join merge_steps
        on
            dated.workspace_id = merge_steps.workspace_id
            and dated.conversation_id = merge_steps.conversation_id
            and months.window_until_on > merge_steps.merged_on
            and months.window_until_on <= coalesce(merge_steps.next_merged_on, cast('9999-12-31' as date))
    group by dated.account_id, months.month, dated.topic, dated.topic_kind
),

final as (
    select
        windowed.account_id,
        windowed.month,
        windowed.topic,
        windowed.topic_kind,
        windowed.tickets,
    from windowed
    inner join account_months
        on windowed.account_id = account_months.account_id and windowed.month = account_months.month
)

select * from final
