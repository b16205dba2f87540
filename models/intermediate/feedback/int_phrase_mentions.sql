-- one row per customer message and frequent phrase in it, with the first sentence that has it
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'daily_with': ['int_phrase_messages', 'int_frequent_phrases']}) }}

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

said as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sentence_number,
        wording,
    from {{ unnest_texts('sentences', 'wordings', 'wording') }}
),

mentions as (
    select
        said.workspace_id,
        said.conversation_id,
        said.message_id,
        phrases.phrase,
        min(phrases.words_count) as words_count,
        min(said.sentence_number) as sentence_number,
    from said
    inner join phrases on said.workspace_id = phrases.workspace_id and said.wording = phrases.wording
    group by said.workspace_id, said.conversation_id, said.message_id, phrases.phrase
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
