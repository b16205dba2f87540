-- one row per conversation that Intercom still has and contact in it
with

conversations as (
    select * from {{ ref('int_conversations') }}
),

unnested as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.contact_id as first_contact_id,
        {{ json_id('contact', '$.id') }} as contact_id,
    from conversations
    {{ unnest_json('conversations.contacts', '$', 'contact') }}
),

final as (
    select
        workspace_id,
        conversation_id,
        contact_id,
        max(case when contact_id = first_contact_id then 1 else 0 end) = 1 as is_first,
    from unnested
    where contact_id is not null
    group by workspace_id, conversation_id, contact_id
)

select * from final
