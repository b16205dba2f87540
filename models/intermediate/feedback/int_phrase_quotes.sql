-- one row per frequent phrase and quote: up to three sentences with it, the newest of different customers
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'daily_with': ['int_phrase_messages', 'int_phrase_mentions']}) }}
{%- set quotes_max = 3 %}
{%- set quote_characters_max = 300 %}

with

mentions as (
    select * from {{ ref('int_phrase_mentions') }}
),

messages as (
    select * from {{ ref('int_phrase_messages') }}
),

sentences as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sentence_number,
        sentence,
    from {{ ref('int_feedback_phrases') }}
    where {{ in_months('conversation_created_at', phrase_months()) }}
),

newest_of_customers as (
    select
        mentions.workspace_id,
        mentions.phrase,
        mentions.conversation_id,
        mentions.message_id,
        mentions.sentence_number,
        messages.sent_at,
    from mentions
    inner join messages
        on
            mentions.workspace_id = messages.workspace_id
            and mentions.conversation_id = messages.conversation_id
            and mentions.message_id = messages.message_id
    where true
    qualify
        row_number() over (
            partition by mentions.workspace_id, mentions.phrase, messages.customer
            order by messages.sent_at desc, mentions.conversation_id desc, mentions.message_id desc
        ) = 1
),

numbered as (
    select
        *,
        row_number() over (
            partition by workspace_id, phrase order by sent_at desc, conversation_id desc, message_id desc
        ) as quote_number,
    from newest_of_customers
),

final as (
    select
        numbered.workspace_id,
        numbered.phrase,
        numbered.quote_number,
        numbered.conversation_id,
        numbered.message_id,
        left(sentences.sentence, {{ quote_characters_max }}) as quote,
        numbered.sent_at,
    from numbered
    inner join sentences
        on
            numbered.workspace_id = sentences.workspace_id
            and numbered.conversation_id = sentences.conversation_id
            and numbered.message_id = sentences.message_id
            and numbered.sentence_number = sentences.sentence_number
    where numbered.quote_number <= {{ quotes_max }}
)

select * from final
