{#
    CTEs, the last of which is `sentences`: what customers wrote in messages, a relation with the columns of `int_conversation_messages`,
    sentence by sentence, without mail quoted below it. `words` is the sentence as phrases are looked for in it.
#}
{% macro sentence_steps(messages) -%}
own_words as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sent_at,
        {{ sentence_lines('body') }} as lines,
    from {{ messages }}
    where author_kind = 'customer' and body is not null
),

pieces as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sent_at,
        {{ piece_number('sentence') }} as sentence_number,
        {{ trimmed('sentence') }} as sentence,
    from {{ unnest_pieces('own_words', 'lines', 'chr(10)', 'sentence') }}
),

sentences as (
    select
        *,
        {{ plain_words('sentence') }} as words,
    from pieces
    where sentence <> ''
)
{%- endmacro %}
