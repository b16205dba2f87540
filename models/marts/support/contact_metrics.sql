-- one row per contact that Intercom still has: its attributes, and the conversations it takes part in
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{{ config(materialized='versioned_view') }}

with

contacts as (
    select * from {{ ref('contacts') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

conversation_contacts as (
    select * from {{ ref('int_conversation_contacts') }}
),

tag_lists as (
    select * from {{ ref('int_tag_lists') }}
    where tagged_type = 'contact'
),

company_lists as (
    {{ name_lists('int_contact_companies', 'companies', 'company', group='contact_id') }}
),

-- All contacts who take part count, also those who are not the first contact or did not write.
measured as (
    select
        contacts.contact_id,
        contacts.workspace_id,
        {{ count_if('conversation_contacts.is_first and not conversation_metrics.is_merged_away') }} as own_conversations,
        {{ group_metrics('conversation_metrics') }}
    from contacts
    left join conversation_contacts
        on
            contacts.workspace_id = conversation_contacts.workspace_id
            and contacts.contact_id = conversation_contacts.contact_id
    left join conversation_metrics
        on
            conversation_contacts.workspace_id = conversation_metrics.workspace_id
            and conversation_contacts.conversation_id = conversation_metrics.conversation_id
    group by contacts.contact_id, contacts.workspace_id
),

final as (
    select
        measured.*,
        contacts.external_id,
        contacts.company_id,
        contacts.owner_teammate_id,
        contacts.role,
        contacts.name as contact_name,
        contacts.email,
        coalesce(company_lists.names, {{ empty_text_array() }}) as company_names,
        coalesce(tag_lists.tag_names, {{ empty_text_array() }}) as tag_names,
        contacts.is_unsubscribed_from_emails,
        contacts.created_at,
        contacts.updated_at,
        contacts.signed_up_at,
        contacts.last_seen_at,
        contacts.last_replied_at,
        contacts.last_contacted_at,
        contacts.last_email_opened_at,
        contacts.last_email_clicked_at,
    from measured
    inner join contacts
        on measured.workspace_id = contacts.workspace_id and measured.contact_id = contacts.contact_id
    left join company_lists
        on measured.workspace_id = company_lists.workspace_id and measured.contact_id = company_lists.contact_id
    left join tag_lists
        on measured.workspace_id = tag_lists.workspace_id and measured.contact_id = tag_lists.tagged_id
)

select * from final
