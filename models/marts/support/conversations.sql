-- one row per conversation that is not deleted in Intercom
{{ config(partition_by=monthly('created_at'), cluster_by=['workspace_id', 'company_id', 'contact_id', 'conversation_id']) }}

with

conversations as (
    select * from {{ ref('int_conversations') }}
),

facts as (
    select * from {{ ref('int_conversation_facts') }}
),

conversation_tags as (
    select * from {{ ref('conversation_tags') }}
),

tag_lists as (
    select
        workspace_id,
        conversation_id,
        array_agg(tag_name order by {{ code_unit_key('tag_name') }}) as tags,
    from conversation_tags
    group by workspace_id, conversation_id
),

joined as (
    select
        conversations.conversation_id,
        conversations.contact_id,
        conversations.contact_email,
        conversations.company_id,
        conversations.created_at,
        facts.closed_at,
        conversations.state,
        coalesce(tag_lists.tags, {{ empty_text_array() }}) as tags,
        conversations.rating,
        case when conversations.rating is not null then conversations.rating_remark end as rating_remark,
        coalesce(facts.count_messages, 0) as message_count,
        -- Only a customer's opening message waits for a reply. Otherwise outbound messages would show as instant replies.
        case when conversations.opened_by = 'customer' then facts.first_reply_at end as first_reply_at,
        case when not conversations.is_source_redacted then conversations.source_body end as first_message_body,
        conversations.updated_at,
        conversations.workspace_id,
    from conversations
    left join facts
        on conversations.workspace_id = facts.workspace_id and conversations.conversation_id = facts.conversation_id
    left join tag_lists
        on
            conversations.workspace_id = tag_lists.workspace_id
            and conversations.conversation_id = tag_lists.conversation_id
),

final as (
    select
        conversation_id,
        contact_id,
        contact_email,
        company_id,
        created_at,
        closed_at,
        state,
        tags,
        rating,
        rating_remark,
        message_count,
        {{ secs_between('created_at', 'first_reply_at') }} as time_to_first_reply_seconds,
        {{ secs_between('created_at', 'closed_at') }} as time_to_resolution_seconds,
        first_message_body,
        updated_at,
        workspace_id,
    from joined
)

select * from final
