-- one row per workspace and contact ever seen alive: what ties it to its accounts, as it was when Intercom last had it
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'contact_id'],
    cluster_by=['workspace_id', 'contact_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'contacts'), {'workspace_id': '_workspace_id', 'contact_id': 'id'}) }}",
) }}
{%- set payload = json_document('payload') %}

with

-- What Intercom says of a contact that is gone has no time of creation.
living_versions as (
    {{ newer_rows('contacts', 'contact_id', order=['_fetched_at', '_loaded_at'], only='created_at is not null') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as contact_id,
        {{ json_id(payload, '$.companies.data[0].id') }} as first_company_id,
        case when {{ json_length(payload, '$.companies.data') }} > 1 then {{ json_obj(payload, '$.companies.data') }} end as companies,
        {{ person_key("nullif(" ~ json_str(payload, '$.external_id') ~ ", '')") }} as external_id_hash,
        {{ person_key("nullif(" ~ json_str(payload, '$.email') ~ ", '')") }} as email_hash,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from {{ parsed_once('living_versions', payload) }}
),

final as (
    select * from parsed
)

select * from final
