-- one row per customer message that phrases are counted in: whose it is, and what is known of its conversation.
-- It is built once a day, because it is a year of messages (docs/decisions.md).
{{ config(meta={'daily_with': ['int_phrase_windows', 'int_topic_phrases', 'accounts']}) }}
{%- set zone = reporting_time_zone() %}
{%- set horizon_days = var('churn_horizon_days') %}

with

windows as (
    select * from {{ ref('int_phrase_windows') }}
),

sentences as (
    select * from {{ ref('int_feedback_phrases') }}
    where {{ in_months('conversation_created_at', phrase_months()) }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', phrase_months()) }}
),

feedback_matches as (
    select * from {{ ref('int_feedback_matches') }}
    where {{ in_months('conversation_created_at', phrase_months()) }}
),

account_conversations as (
    select * from {{ ref('int_account_conversations') }}
    where {{ in_months('created_at', phrase_months()) }}
),

merged as (
    select * from {{ ref('int_merge_steps') }}
    where is_last
),

account_spells as (
    select * from {{ ref('int_account_spells') }}
),

churn_cutoffs as (
    select * from {{ ref('int_churn_cutoffs') }}
),

messages as (
    select
        sentences.workspace_id,
        sentences.conversation_id,
        sentences.message_id,
        min(sentences.sent_at) as sent_at,
        min({{ local_date('sentences.sent_at', zone) }}) as sent_on,
        min(windows.until_on) as until_on,
    from sentences
    inner join windows on sentences.workspace_id = windows.workspace_id
    where
        {{ local_date('sentences.conversation_created_at', zone) }} >= windows.from_on
        and {{ local_date('sentences.sent_at', zone) }} <= windows.until_on
    group by sentences.workspace_id, sentences.conversation_id, sentences.message_id
),

covered as (
    select distinct
        workspace_id,
        conversation_id,
        message_id,
    from feedback_matches
),

-- A conversation and the conversation that it was merged into are one.
joined as (
    select
        messages.workspace_id,
        messages.conversation_id,
        messages.message_id,
        coalesce(merged.served_in_conversation_id, messages.conversation_id) as served_in_conversation_id,
        account_conversations.account_id,
        conversations.company_id,
        conversations.contact_id,
        conversations.rating,
        covered.message_id is not null as is_covered,
        -- What an account asks on its way out is no sign of it (`churn_exclude_topics`).
        coalesce(account_conversations.is_ticket, false)
        and coalesce(account_conversations.excluded_at > messages.sent_at, true) as is_churn_sign,
        messages.sent_at,
        messages.sent_on,
        messages.until_on,
    from messages
    inner join conversations
        on
            messages.workspace_id = conversations.workspace_id
            and messages.conversation_id = conversations.conversation_id
    left join covered
        on
            messages.workspace_id = covered.workspace_id
            and messages.conversation_id = covered.conversation_id
            and messages.message_id = covered.message_id
    left join account_conversations
        on
            messages.workspace_id = account_conversations.workspace_id
            and messages.conversation_id = account_conversations.conversation_id
    left join merged
        on
            messages.workspace_id = merged.workspace_id
            and messages.conversation_id = merged.conversation_id
),

with_account as (
    {{ with_plan_of_day(
        'joined',
        day='until_on',
        key=['workspace_id', 'conversation_id', 'message_id'],
        spells=ref('int_account_plans'),
        account_mrr=ref('int_account_mrr'),
    ) }}
),

spells as (
    select distinct
        account_id,
        started_on,
        churned_on,
    from account_spells
),

-- A message is before churn, or followed by a horizon without churn, or not known to be either yet.
outcomes as (
    select
        with_account.workspace_id,
        with_account.conversation_id,
        with_account.message_id,
        max(
            case
                when spells.churned_on <= {{ add_days('with_account.sent_on', horizon_days) }} then 1
                when {{ add_days('with_account.sent_on', horizon_days) }} <= churn_cutoffs.churn_known_until_on then 0
            end
        ) as churned_within_horizon,
    from with_account
    inner join spells
        on
            with_account.account_id = spells.account_id
            and with_account.sent_on >= spells.started_on
            and coalesce(spells.churned_on, cast('9999-12-31' as date)) > with_account.sent_on
    cross join churn_cutoffs
    where with_account.is_churn_sign
    group by with_account.workspace_id, with_account.conversation_id, with_account.message_id
),

final as (
    select
        with_account.workspace_id,
        with_account.conversation_id,
        with_account.message_id,
        with_account.served_in_conversation_id,
        -- Who counts once: the account, where no account matches the company, and without a company the contact.
        case
            when with_account.account_id is not null then concat('account ', with_account.account_id)
            when with_account.company_id is not null then concat('company ', with_account.company_id)
            else concat('contact ', coalesce(with_account.contact_id, with_account.served_in_conversation_id))
        end as customer,
        with_account.account_id,
        with_account.contact_id,
        with_account.mrr,
        with_account.rating,
        with_account.is_covered,
        outcomes.churned_within_horizon = 1 as is_before_churn,
        -- 0 in the newest days, 1 to 8 in as many days before, and so on.
        {{ as_int(
            'floor(' ~ days_between('with_account.sent_on', 'with_account.until_on') ~ ' / ' ~ as_float(var('phrase_trend_days')) ~ ')'
        ) }} as periods_ago,
        with_account.sent_at,
    from with_account
    left join outcomes
        on
            with_account.workspace_id = outcomes.workspace_id
            and with_account.conversation_id = outcomes.conversation_id
            and with_account.message_id = outcomes.message_id
)

select * from final
