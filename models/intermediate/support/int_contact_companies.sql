-- one row per contact ever loaded and company that it belongs to; a contact gone from Intercom, to those that it had last
{{ config(materialized='versioned_view') }}

with

contacts as (
    select * from {{ ref('int_known_contacts') }}
),

unnested as (
    select
        workspace_id,
        contact_id,
        first_company_id as company_id,
    from contacts
    union all
    select
        contacts.workspace_id,
        contacts.contact_id,
        {{ json_id('company', '$.id') }} as company_id,
    from {{ unnest_json('contacts', 'companies', 'company') }}
),

final as (
    select distinct
        workspace_id,
        contact_id,
        company_id,
    from unnested
    where company_id is not null
)

select * from final
