-- one row per sentence of a customer's with a phrase in it: the sentence and its phrases, as the customer worded them
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'message_id', 'sentence_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

messages as (
    {{ changed_rows(ref('int_conversation_messages'), months) }}
),

{{ sentence_steps('messages') }},

-- A pasted log has thousands of lines, and what the customer wants is said before or after a few of them.
first_sentences as (
    select * from sentences
    where sentence_number <= {{ phrase_sentences_max() }}
),

with_words as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sentence_number,
        sentence,
        sent_at,
        {{ text_pieces(marked_words('sentence'), "' '") }} as marked_words,
    from first_sentences
),

with_phrases as (
    select
        *,
        {{ word_runs('marked_words') }} as wordings,
    from with_words
),

final as (
    select
        with_phrases.workspace_id,
        with_phrases.conversation_id,
        with_phrases.message_id,
        with_phrases.sentence_number,
        with_phrases.sentence,
        with_phrases.wordings,
        with_phrases.sent_at,
        changed.conversation_created_at,
    from with_phrases
    inner join changed
        on
            with_phrases.workspace_id = changed.workspace_id
            and with_phrases.conversation_id = changed.conversation_id
    where array_length(with_phrases.wordings) > 0
)

select * from final
