-- one row per sentence that a customer wrote, without mail quoted below it
-- `int_feedback_matches` makes the same sentences of the conversations that changed; this view shows in what phrases are looked for.
{{ config(materialized='versioned_view') }}

with

messages as (
    select * from {{ ref('int_conversation_messages') }}
),

{{ sentence_steps('messages') }},

final as (
    select * from sentences
)

select * from final
