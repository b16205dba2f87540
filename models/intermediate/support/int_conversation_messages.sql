-- one row per message of a conversation that Intercom still has: the opening message, and the parts that are messages
{{ config(materialized='versioned_view') }}

with

conversations as (
    select * from {{ ref('int_conversations') }}
),

parts as (
    select * from {{ ref('int_conversation_parts') }}
),

final as (
    {{ messages_of('conversations', 'parts') }}
)

select * from final
