-- one row per ticket that is not deleted in Intercom
-- Rebuilt whole: tickets are few beside conversations, and the names in a row come from eight other tables.
{{ config(
    meta={'attribute_columns_of': 'ticket_attribute_columns', 'logic_version': 3},
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'category', 'company_id', 'ticket_id'],
) }}

with

staged as (
    select * from {{ ref('stg_intercom__tickets') }}
),

lookups as (
    select * from {{ ref('int_ticket_lookups') }}
),

facts as (
    select * from {{ ref('int_ticket_facts') }}
),

links as (
    select * from {{ ref('int_ticket_links') }}
),

conversations as (
    select * from {{ ref('int_conversation_lookups') }}
),

ticket_types as (
    select * from {{ ref('stg_intercom__ticket_types') }}
),

type_attributes as (
    select * from {{ ref('stg_intercom__ticket_type_attributes') }}
),

ticket_states as (
    select * from {{ ref('stg_intercom__ticket_states') }}
),

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

teammates as (
    select * from {{ ref('int_teammates') }}
),

teams as (
    select * from {{ ref('stg_intercom__teams') }}
),

conversation_tags as (
    select * from {{ ref('int_conversation_tag_names') }}
),

tags as (
    select * from {{ ref('stg_intercom__tags') }}
),

-- The conversation that became the ticket is the same piece of work, and no link to another one. A ticket may name conversations that
-- are deleted or were never synced: a reader would look for them in vain.
linked_conversations as (
    select
        links.workspace_id,
        links.ticket_id,
        {{ sorted_list('links.conversation_id') }} as linked_conversation_ids,
    from links
    inner join lookups
        on links.workspace_id = lookups.workspace_id and links.ticket_id = lookups.ticket_id
    inner join conversations
        on links.workspace_id = conversations.workspace_id and links.conversation_id = conversations.conversation_id
    where links.conversation_id <> coalesce(lookups.source_conversation_id, '')
    group by links.workspace_id, links.ticket_id
),

own_tags as (
    select
        staged.workspace_id,
        staged.ticket_id,
        {{ json_id('tag', '$.id') }} as tag_id,
        {{ json_str('tag', '$.name') }} as tag_name,
    from {{ unnest_json('staged', 'tags', 'tag') }}
),

all_tags as (
    select
        own_tags.workspace_id,
        own_tags.ticket_id,
        coalesce(tags.name, own_tags.tag_name) as tag_name,
    from own_tags
    left join tags on own_tags.workspace_id = tags.workspace_id and own_tags.tag_id = tags.tag_id
    union all
    select
        lookups.workspace_id,
        lookups.ticket_id,
        conversation_tags.tag_name,
    from lookups
    inner join conversation_tags
        on
            lookups.workspace_id = conversation_tags.workspace_id
            and lookups.source_conversation_id = conversation_tags.conversation_id
),

distinct_tags as (
    select distinct
        workspace_id,
        ticket_id,
        tag_name,
    from all_tags
    where tag_name is not null
),

tag_lists as (
    select
        workspace_id,
        ticket_id,
        array_agg(tag_name order by {{ code_unit_key('tag_name') }}) as tags,
    from distinct_tags
    group by workspace_id, ticket_id
),

-- A name belongs to one attribute of a type at a time. An archived one, or one that is gone, may have had the name before.
definitions as (
    select *
    from type_attributes
    where name is not null
    qualify row_number() over (
        partition by workspace_id, ticket_type_id, name
        order by is_deleted, is_archived, coalesce({{ epoch_seconds('updated_at') }}, 0) desc, ticket_type_attribute_id desc
    ) = 1
),

attribute_lists as (
    select
        staged.workspace_id,
        staged.ticket_id,
        {{ attribute_lists('ticket_attribute_columns', 'staged.ticket_attributes', definitions='definitions') }}
    from staged
    {{ join_definitions('ticket_attribute_columns', 'definitions', on=[
        ('staged.workspace_id', 'workspace_id'), ('staged.ticket_type_id', 'ticket_type_id')
    ]) }}
),

attribute_texts as (
    select
        workspace_id,
        ticket_id,
        {{ attribute_texts('ticket_attribute_columns', has_options=true) }}
    from attribute_lists
),

final as (
    select
        lookups.ticket_id,
        staged.inbox_number,
        staged.category,
        coalesce(ticket_types.name, staged.type_name) as type,
        staged.title,
        staged.description,
        staged.state_category,
        coalesce(ticket_states.internal_label, staged.state_label) as state_label,
        staged.contact_id,
        lookups.contact_email,
        lookups.company_id,
        staged.created_at,
        facts.resolved_at,
        coalesce(staged.is_open, staged.state_category <> 'resolved') as is_open,
        facts.count_messages as message_count,
        {{ secs_between('staged.created_at', 'facts.first_reply_at') }} as time_to_first_reply_seconds,
        {{ secs_between('staged.created_at', 'facts.resolved_at') }} as time_to_resolution_seconds,
        facts.submitted_seconds,
        facts.in_progress_seconds,
        facts.waiting_on_customer_seconds,
        facts.resolved_seconds,
        facts.count_reopens,
        lookups.source_conversation_id,
        coalesce(linked_conversations.linked_conversation_ids, {{ empty_text_array() }}) as linked_conversation_ids,

        facts.first_reply_open_seconds - facts.created_open_seconds as time_to_first_reply_office_seconds,
        facts.resolved_open_seconds - facts.created_open_seconds as time_to_resolution_office_seconds,
        facts.submitted_office_seconds,
        facts.in_progress_office_seconds,
        facts.waiting_on_customer_office_seconds,
        facts.resolved_office_seconds,

        contacts.name as contact_name,
        companies.name as company_name,
        staged.teammate_assignee_id as assigned_teammate_id,
        teammates.name as assigned_teammate_name,
        staged.team_assignee_id as assigned_team_id,
        teams.name as assigned_team_name,
        coalesce(tag_lists.tags, {{ empty_text_array() }}) as tags,

        staged.ticket_type_id,
        staged.ticket_state_id,
        lookups.office_hours_schedule_id,
        lookups.listed_as_conversation_id,
        facts.first_reply_teammate_id,
        facts.count_parts,
        facts.count_replies,
        facts.count_notes,
        facts.count_assignments,
        facts.is_thread_complete,
        facts.first_reply_at,
        facts.last_event_at,
        staged.updated_at,
        lookups.workspace_id,
        {{ select_attribute_columns('ticket_attribute_columns', 'attribute_texts') }}
    from lookups
    inner join staged
        on lookups.workspace_id = staged.workspace_id and lookups.ticket_id = staged.ticket_id
    inner join facts
        on lookups.workspace_id = facts.workspace_id and lookups.ticket_id = facts.ticket_id
    left join linked_conversations
        on
            lookups.workspace_id = linked_conversations.workspace_id
            and lookups.ticket_id = linked_conversations.ticket_id
    left join ticket_types
        on
            lookups.workspace_id = ticket_types.workspace_id
            and staged.ticket_type_id = ticket_types.ticket_type_id
    left join ticket_states
        on
            lookups.workspace_id = ticket_states.workspace_id
            and staged.ticket_state_id = ticket_states.ticket_state_id
    left join contacts
        on
            lookups.workspace_id = contacts.workspace_id
            and staged.contact_id = contacts.contact_id
            and not contacts.is_deleted
    left join companies
        on lookups.workspace_id = companies.workspace_id and lookups.company_id = companies.company_id
    left join teammates
        on
            lookups.workspace_id = teammates.workspace_id
            and staged.teammate_assignee_id = teammates.teammate_id
    left join teams
        on lookups.workspace_id = teams.workspace_id and staged.team_assignee_id = teams.team_id
    left join attribute_texts
        on lookups.workspace_id = attribute_texts.workspace_id and lookups.ticket_id = attribute_texts.ticket_id
    left join tag_lists
        on lookups.workspace_id = tag_lists.workspace_id and lookups.ticket_id = tag_lists.ticket_id
)

select * from final
