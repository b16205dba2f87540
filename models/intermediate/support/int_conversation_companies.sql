-- one row per conversation that Intercom still has and company concerned: its own, and those of all of its contacts
-- A view: a contact's companies change without their conversations, and one model alone reads it.
{{ config(materialized='versioned_view') }}

with

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
),

conversation_contacts as (
    select * from {{ ref('int_conversation_contacts') }}
),

contact_companies as (
    select * from {{ ref('int_contact_companies') }}
),

all_companies as (
    select
        workspace_id,
        conversation_id,
        company_id,
        true as is_main,
    from lookups
    where company_id is not null
    union all
    select
        conversation_contacts.workspace_id,
        conversation_contacts.conversation_id,
        contact_companies.company_id,
        false as is_main,
    from conversation_contacts
    inner join contact_companies
        on
            conversation_contacts.workspace_id = contact_companies.workspace_id
            and conversation_contacts.contact_id = contact_companies.contact_id
),

final as (
    select
        workspace_id,
        conversation_id,
        company_id,
        max(case when is_main then 1 else 0 end) = 1 as is_main,
    from all_companies
    group by workspace_id, conversation_id, company_id
)

select * from final
