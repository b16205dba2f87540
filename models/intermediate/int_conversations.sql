-- one row per conversation that Intercom still has
with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

deleted_conversations as (
    select * from {{ ref('stg_intercom__deleted_conversations') }}
),

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
),

default_schedules as (
    select * from schedules
    where is_default
),

-- Retrieved after it was said to be deleted, a conversation is alive. In the same second the deletion holds:
-- Intercom's clock is rounded down, and a row too few is put right by the next run, a deleted person's words are not.
not_deleted as (
    select
        conversations.*,
        {{ text_from_map(var('office_hours_of_teams'), 'conversations.team_assignee_id') }} as team_schedule_id,
    from conversations
    left join deleted_conversations
        on
            conversations.workspace_id = deleted_conversations.workspace_id
            and conversations.conversation_id = deleted_conversations.conversation_id
    where
        deleted_conversations.conversation_id is null
        or deleted_conversations.known_deleted_at < conversations.fetched_at
),

final as (
    select
        not_deleted.*,
        contacts.email as contact_email,
        -- The conversation's own company is the one that was concerned; the contact's first is a guess for the rest.
        coalesce(not_deleted.own_company_id, contacts.first_company_id) as company_id,
        -- A customer is one by author type. A message in a teammate's name may come from a campaign, a workflow or a series:
        -- only `delivered_as` shows it, and nobody typed it for this customer. Without an author `delivered_as` decides alone.
        case
            when not_deleted.source_author_type in ('user', 'lead', 'contact', 'visitor') then 'customer'
            when not_deleted.source_author_type is null and not_deleted.source_delivered_as = 'customer_initiated' then 'customer'
            when not_deleted.source_delivered_as in ('campaigns_initiated', 'operator_initiated', 'automated') then 'bot'
            when not_deleted.source_author_type in ('admin', 'team') then 'teammate'
            when not_deleted.source_author_type is null and not_deleted.source_delivered_as = 'admin_initiated' then 'teammate'
            else 'bot'
        end as opened_by,
        -- The opening counts even when it is empty: every conversation is begun by somebody.
        not not_deleted.is_source_redacted
        and coalesce(not_deleted.source_id, not_deleted.source_type, not_deleted.source_author_type, not_deleted.source_body)
        is not null as is_source_message,
        -- The hours of the team that it is assigned to; of a team without hours of its own, and of none, the workspace's.
        coalesce(team_schedules.office_hours_schedule_id, default_schedules.office_hours_schedule_id) as office_hours_schedule_id,
        coalesce(team_schedules.office_hours_version, default_schedules.office_hours_version) as office_hours_version,
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
)

select * from final
