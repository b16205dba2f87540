-- one row per conversation that is not deleted in Intercom
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_metric_inputs'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'company_id', 'contact_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

facts as (
    {{ changed_rows(ref('int_conversation_facts'), months) }}
),

inputs as (
    {{ changed_rows(ref('int_conversation_metric_inputs'), months) }}
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
        inputs.tags,
        conversations.rating,
        case when conversations.rating is not null then conversations.rating_remark end as rating_remark,
        coalesce(facts.count_messages, 0) as message_count,
        -- Only a customer's opening message waits for a reply. Otherwise outbound messages would show as instant replies.
        case when conversations.opened_by = 'customer' then facts.first_reply_at end as first_reply_at,
        case when not conversations.is_source_redacted then conversations.source_body end as first_message_body,
        conversations.updated_at,
        conversations.workspace_id,
    from conversations
    inner join inputs
        on
            conversations.workspace_id = inputs.workspace_id
            and conversations.conversation_id = inputs.conversation_id
    left join facts
        on conversations.workspace_id = facts.workspace_id and conversations.conversation_id = facts.conversation_id
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
