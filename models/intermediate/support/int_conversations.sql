-- one row per conversation that Intercom still has
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_lookups'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
    where {{ in_months('created_at', months) }}
),

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
    where {{ in_months('conversation_created_at', months) }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_lookups')) }}
),

final as (
    select
        conversations.*,
        lookups.contact_email,
        lookups.contact_language,
        lookups.company_id,
        -- The author's type says who is a customer. A message under a teammate's name may come from a campaign, a workflow or a series.
        -- Only `delivered_as` shows this. Without an author, `delivered_as` decides alone.
        case
            when conversations.source_author_type in ('user', 'lead', 'contact', 'visitor') then 'customer'
            when conversations.source_author_type is null and conversations.source_delivered_as = 'customer_initiated' then 'customer'
            when conversations.source_delivered_as in ('campaigns_initiated', 'operator_initiated', 'automated') then 'bot'
            when conversations.source_author_type in ('admin', 'team') then 'teammate'
            when conversations.source_author_type is null and conversations.source_delivered_as = 'admin_initiated' then 'teammate'
            else 'bot'
        end as opened_by,
        -- An empty opening counts too: somebody began every conversation.
        not conversations.is_source_redacted
        and coalesce(
            conversations.source_id, conversations.source_type, conversations.source_author_type, conversations.source_body
        ) is not null as is_source_message,
        lookups.team_schedule_id,
        lookups.office_hours_schedule_id,
        lookups.office_hours_version,
        lookups.built_from,
    from conversations
    inner join changed
        on
            conversations.workspace_id = changed.workspace_id
            and conversations.conversation_id = changed.conversation_id
    inner join lookups
        on
            conversations.workspace_id = lookups.workspace_id
            and conversations.conversation_id = lookups.conversation_id
)

select * from final
