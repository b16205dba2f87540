-- one row per customer message and topic of that message
{%- set zone = reporting_time_zone() %}
{{ config(meta={'logic_version': 2}) }}

with

feedback_matches as (
    select * from {{ ref('int_feedback_matches') }}
),

messages as (
    select * from {{ ref('int_conversation_messages') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

account_conversations as (
    select * from {{ ref('int_account_conversations') }}
),

spells as (
    select * from {{ ref('int_account_spells') }}
),

account_mrr as (
    select * from {{ ref('int_account_mrr') }}
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

-- The plan of the day. Before the first spell (in a trial) and between spells it is the next plan. An account that left for good
-- pays nothing.
with_spell as (
    select
        joined.*,
        spells.plan,
        spells.plan_from_on,
        coalesce(account_mrr.mrr, spells.mrr) as mrr,
    from joined
    left join spells
        on
            joined.account_id = spells.account_id
            and coalesce(spells.plan_until_on, cast('9999-12-31' as date)) > joined.sent_on
    left join account_mrr
        on
            spells.account_id = account_mrr.account_id
            and joined.sent_on >= account_mrr.changed_on
            and coalesce(account_mrr.next_changed_on, cast('9999-12-31' as date)) > joined.sent_on
    where true
    qualify
        row_number() over (
            partition by joined.workspace_id, joined.conversation_id, joined.message_id, joined.topic, joined.account_id
            order by spells.plan_from_on
        ) = 1
),

-- Where accounts share a company, one of them stands for the company, so that a message counts once.
with_account as (
    select with_spell.*
    from with_spell
    where true
    qualify
        row_number() over (
            partition by with_spell.workspace_id, with_spell.conversation_id, with_spell.message_id, with_spell.topic
            order by {{ paying_first('with_spell', 'with_spell.sent_on') }}
        ) = 1
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
    from with_account
)

select * from final
