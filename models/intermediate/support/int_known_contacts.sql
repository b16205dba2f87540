-- one row per contact ever loaded, as Intercom has it now; a contact gone from Intercom belongs to the companies that it had last
{{ config(materialized='versioned_view') }}

with

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

last_seen as (
    select * from {{ ref('stg_intercom__contacts_last_seen') }}
),

final as (
    select
        contacts.workspace_id,
        contacts.contact_id,
        contacts.name,
        contacts.email,
        contacts.language_override,
        contacts.browser_language,
        -- A contact that is there and left its company has none.
        case when contacts.is_deleted then last_seen.first_company_id else contacts.first_company_id end as first_company_id,
        case when contacts.is_deleted then last_seen.companies else contacts.companies end as companies,
    from contacts
    left join last_seen
        on contacts.workspace_id = last_seen.workspace_id and contacts.contact_id = last_seen.contact_id
)

select * from final
