-- one row per conversation that Intercom still has: the names of everybody in it
with

conversations as (
    select * from {{ ref('int_conversations') }}
),

conversation_contacts as (
    select * from {{ ref('int_conversation_contacts') }}
),

conversation_companies as (
    select * from {{ ref('int_conversation_companies') }}
),

conversation_teammates as (
    select * from {{ ref('int_conversation_teammates') }}
),

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

teammates as (
    select * from {{ ref('teammates') }}
),

contact_lists as (
    select
        conversation_contacts.workspace_id,
        conversation_contacts.conversation_id,
        count(*) as count_contacts,
        {{ sorted_list('coalesce(contacts.name, contacts.email, conversation_contacts.contact_id)') }} as contact_names,
    from conversation_contacts
    left join contacts
        on
            conversation_contacts.workspace_id = contacts.workspace_id
            and conversation_contacts.contact_id = contacts.contact_id
    group by conversation_contacts.workspace_id, conversation_contacts.conversation_id
),

company_lists as (
    select
        conversation_companies.workspace_id,
        conversation_companies.conversation_id,
        {{ sorted_list('coalesce(companies.name, conversation_companies.company_id)') }} as company_names,
    from conversation_companies
    left join companies
        on
            conversation_companies.workspace_id = companies.workspace_id
            and conversation_companies.company_id = companies.company_id
    group by conversation_companies.workspace_id, conversation_companies.conversation_id
),

teammate_lists as (
    select
        conversation_teammates.workspace_id,
        conversation_teammates.conversation_id,
        {{ sorted_list('coalesce(teammates.name, conversation_teammates.teammate_id)') }} as teammate_names,
    from conversation_teammates
    left join teammates
        on
            conversation_teammates.workspace_id = teammates.workspace_id
            and conversation_teammates.teammate_id = teammates.teammate_id
    group by conversation_teammates.workspace_id, conversation_teammates.conversation_id
),

final as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        coalesce(contact_lists.count_contacts, 0) as count_contacts,
        coalesce(contact_lists.contact_names, {{ empty_text_array() }}) as contact_names,
        coalesce(company_lists.company_names, {{ empty_text_array() }}) as company_names,
        coalesce(teammate_lists.teammate_names, {{ empty_text_array() }}) as teammate_names,
    from conversations
    left join contact_lists
        on
            conversations.workspace_id = contact_lists.workspace_id
            and conversations.conversation_id = contact_lists.conversation_id
    left join company_lists
        on
            conversations.workspace_id = company_lists.workspace_id
            and conversations.conversation_id = company_lists.conversation_id
    left join teammate_lists
        on
            conversations.workspace_id = teammate_lists.workspace_id
            and conversations.conversation_id = teammate_lists.conversation_id
)

select * from final
