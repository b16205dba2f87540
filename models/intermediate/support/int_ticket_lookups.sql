-- one row per ticket that Intercom still has, with values from other records: conversation, contact, company, office hours
{{ config(meta={'compares_rows': true}, cluster_by=['workspace_id', 'ticket_id']) }}

with

tickets as (
    select * from {{ ref('stg_intercom__tickets') }}
),

deleted_tickets as (
    select * from {{ ref('stg_intercom__deleted_tickets') }}
),

conversation_tickets as (
    select * from {{ ref('int_conversation_tickets') }}
),

conversations as (
    select
        lookups.workspace_id,
        lookups.conversation_id,
        lookups.company_id,
        staged.source_id,
    from {{ ref('int_conversation_lookups') }} as lookups
    inner join {{ ref('stg_intercom__conversations') }} as staged
        on lookups.workspace_id = staged.workspace_id and lookups.conversation_id = staged.conversation_id
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

-- A ticket that was retrieved after its last 404 still exists. In the same second the 404 counts, because Intercom's clock is rounded
-- down.
not_deleted as (
    select
        tickets.*,
        {{ text_from_map(var('office_hours_of_teams'), 'tickets.team_assignee_id') }} as team_schedule_id,
    from tickets
    left join deleted_tickets
        on tickets.workspace_id = deleted_tickets.workspace_id and tickets.ticket_id = deleted_tickets.ticket_id
    where
        deleted_tickets.ticket_id is null
        or deleted_tickets.known_deleted_at < tickets.fetched_at
),

joined as (
    select
        not_deleted.workspace_id,
        not_deleted.ticket_id,
        not_deleted.state_category,
        not_deleted.parts_total_count,
        not_deleted.created_at as ticket_created_at,
        not_deleted.updated_at,
        not_deleted.fetched_at,
        contacts.email as contact_email,
        conversations.conversation_id as source_conversation_id,
        conversations.source_id as opening_part_id,
        case when conversation_tickets.is_internal then conversation_tickets.conversation_id end as listed_as_conversation_id,
        -- The conversation's company was concerned when the customer wrote. Without one, the contact's first company is a guess.
        coalesce(not_deleted.own_company_id, conversations.company_id, contacts.first_company_id) as company_id,
        coalesce(team_schedules.office_hours_schedule_id, default_schedules.office_hours_schedule_id) as office_hours_schedule_id,
        coalesce(team_schedules.office_hours_version, default_schedules.office_hours_version) as office_hours_version,
    from not_deleted
    left join conversation_tickets
        on
            not_deleted.workspace_id = conversation_tickets.workspace_id
            and not_deleted.ticket_id = conversation_tickets.ticket_id
    left join conversations
        on
            conversation_tickets.workspace_id = conversations.workspace_id
            and conversation_tickets.conversation_id = conversations.conversation_id
    left join contacts
        on not_deleted.workspace_id = contacts.workspace_id and not_deleted.contact_id = contacts.contact_id
    left join schedules as team_schedules
        on
            not_deleted.workspace_id = team_schedules.workspace_id
            and not_deleted.team_schedule_id = team_schedules.office_hours_schedule_id
    left join default_schedules on not_deleted.workspace_id = default_schedules.workspace_id
),

final as (
    select
        workspace_id,
        ticket_id,
        source_conversation_id,
        listed_as_conversation_id,
        opening_part_id,
        office_hours_schedule_id,
        company_id,
        contact_email,
        state_category,
        parts_total_count,
        ticket_created_at,
        fetched_at,
        {{ version_of([
            epoch_seconds('updated_at'), epoch_seconds('fetched_at'), 'opening_part_id', 'office_hours_schedule_id',
            'office_hours_version',
        ]) }} as built_from,
    from joined
)

select * from final
