-- one row per sentence that a customer wrote, without mail quoted below it
{{ config(materialized='versioned_view') }}

with

messages as (
    select * from {{ ref('int_conversation_messages') }}
),

own_words as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sent_at,
        {{ sentence_lines('body') }} as lines,
    from messages
    where author_kind = 'customer' and body is not null
),

sentences as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sent_at,
        {{ piece_number('sentence') }} as sentence_number,
        {{ trimmed('sentence') }} as sentence,
    from {{ unnest_pieces('own_words', 'lines', 'chr(10)', 'sentence') }}
),

final as (
    select
        *,
        {{ plain_words('sentence') }} as words,
    from sentences
    where sentence <> ''
)

select * from final
