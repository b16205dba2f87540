-- one row per customer message and frequent phrase in it, with the first sentence that has it
{{ config(cluster_by=['workspace_id', 'conversation_id']) }}

with

messages as (
    select * from {{ ref('int_phrase_messages') }}
),

sentences as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sentence_number,
        wordings,
    from {{ ref('int_feedback_phrases') }}
    where {{ in_months('conversation_created_at', phrase_months()) }}
),

phrases as (
    select * from {{ ref('int_frequent_phrases') }}
),

mentions as (
    select
        sentences.workspace_id,
        sentences.conversation_id,
        sentences.message_id,
        phrases.phrase,
        min(phrases.words_count) as words_count,
        min(sentences.sentence_number) as sentence_number,
    from {{ unnest_texts('sentences', 'wordings', 'wording') }}
    inner join phrases on sentences.workspace_id = phrases.workspace_id and sentences.wording = phrases.wording
    group by sentences.workspace_id, sentences.conversation_id, sentences.message_id, phrases.phrase
),

-- Messages out of the window have sentences too.
final as (
    select mentions.*
    from mentions
    inner join messages
        on
            mentions.workspace_id = messages.workspace_id
            and mentions.conversation_id = messages.conversation_id
            and mentions.message_id = messages.message_id
)

select * from final
