-- one row per contact that Intercom still has and company that it belongs to
{{ config(materialized='versioned_view') }}

with

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

unnested as (
    select
        workspace_id,
        contact_id,
        first_company_id as company_id,
    from contacts
    where not is_deleted
    union all
    select
        contacts.workspace_id,
        contacts.contact_id,
        {{ json_id('company', '$.id') }} as company_id,
    from {{ unnest_json('contacts', 'companies', 'company') }}
    where not contacts.is_deleted
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
