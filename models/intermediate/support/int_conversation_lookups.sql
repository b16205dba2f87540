-- one row per conversation that Intercom still has, with values from other records: first contact, company, office hours
{{ config(
    materialized='versioned_incremental',
    meta={'is_followed': 'conversation', 'logic_version': 5},
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}

with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

deleted_conversations as (
    select * from {{ ref('stg_intercom__deleted_conversations') }}
),

conversation_tickets as (
    select * from {{ ref('int_conversation_tickets') }}
),

contacts as (
    select * from {{ ref('int_known_contacts') }}
),

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
),

default_schedules as (
    select * from schedules
    where is_default
),

-- A conversation that was retrieved after its last sign of deletion still exists. In the same second the deletion counts, because
-- Intercom's clock is rounded down. The next run puts a missing row right, but not a deleted person's words.
not_deleted as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        conversations.contact_id,
        conversations.own_company_id,
        conversations.teammate_assignee_id,
        conversations.team_assignee_id,
        conversations.state,
        conversations.created_at,
        conversations.updated_at,
        conversations.fetched_at,
        {{ text_from_map(var('office_hours_of_teams'), 'conversations.team_assignee_id') }} as team_schedule_id,
    from conversations
    left join deleted_conversations
        on
            conversations.workspace_id = deleted_conversations.workspace_id
            and conversations.conversation_id = deleted_conversations.conversation_id
    left join conversation_tickets
        on
            conversations.workspace_id = conversation_tickets.workspace_id
            and conversations.conversation_id = conversation_tickets.conversation_id
    where
        (
            deleted_conversations.conversation_id is null
            or deleted_conversations.known_deleted_at < conversations.fetched_at
        )
        -- A back-office or tracker ticket that Intercom lists as a conversation is no conversation of a customer.
        and not coalesce(conversation_tickets.is_internal or conversation_tickets.is_deleted_with_ticket, false)
),

joined as (
    select
        not_deleted.workspace_id,
        not_deleted.conversation_id,
        not_deleted.contact_id,
        not_deleted.teammate_assignee_id,
        not_deleted.team_assignee_id,
        not_deleted.state,
        not_deleted.team_schedule_id,
        not_deleted.created_at as conversation_created_at,
        not_deleted.updated_at,
        not_deleted.fetched_at,
        contacts.name as contact_name,
        contacts.email as contact_email,
        coalesce(contacts.language_override, contacts.browser_language) as contact_language,
        -- The conversation's own company was concerned; without one, the contact's first company is a guess.
        coalesce(not_deleted.own_company_id, contacts.first_company_id) as company_id,
        -- The assigned team's hours apply, else the workspace's.
        coalesce(team_schedules.office_hours_schedule_id, default_schedules.office_hours_schedule_id) as office_hours_schedule_id,
        coalesce(team_schedules.office_hours_version, default_schedules.office_hours_version) as office_hours_version,
        default_schedules.office_hours_schedule_id as default_schedule_id,
        default_schedules.office_hours_version as default_schedule_version,
    from not_deleted
    left join contacts
        on
            not_deleted.workspace_id = contacts.workspace_id
            and not_deleted.contact_id = contacts.contact_id
    left join schedules as team_schedules
        on
            not_deleted.workspace_id = team_schedules.workspace_id
            and not_deleted.team_schedule_id = team_schedules.office_hours_schedule_id
    left join default_schedules
        on not_deleted.workspace_id = default_schedules.workspace_id
),

final as (
    select
        workspace_id,
        conversation_id,
        contact_id,
        teammate_assignee_id,
        team_assignee_id,
        team_schedule_id,
        office_hours_schedule_id,
        office_hours_version,
        company_id,
        contact_name,
        contact_email,
        contact_language,
        state,
        conversation_created_at,
        {{ version_of([
            epoch_seconds('updated_at'), epoch_seconds('fetched_at'), 'contact_email', 'contact_language', 'company_id',
            'office_hours_schedule_id', 'office_hours_version', 'default_schedule_id', 'default_schedule_version',
        ]) }} as built_from,
    from joined
)

select * from final
