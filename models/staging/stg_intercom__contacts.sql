-- one row per workspace and contact ever loaded; a contact gone from Intercom keeps only its id
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'contact_id'],
    cluster_by=['workspace_id', 'contact_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'contacts'), {'workspace_id': '_workspace_id', 'contact_id': 'id'}) }}",
) }}
{%- set payload = json_document('payload') %}

with

current_versions as (
    {{ newer_rows('contacts', 'contact_id', order=['_fetched_at', '_loaded_at']) }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as contact_id,
        nullif({{ json_str(payload, '$.external_id') }}, '') as external_id,
        {{ json_id(payload, '$.companies.data[0].id') }} as first_company_id,
        {{ json_id(payload, '$.owner_id') }} as owner_teammate_id,

        {{ json_str(payload, '$.role') }} as role,
        nullif({{ json_str(payload, '$.email') }}, '') as email,
        nullif({{ json_str(payload, '$.email_domain') }}, '') as email_domain,
        nullif({{ json_str(payload, '$.name') }}, '') as name,
        nullif({{ json_str(payload, '$.phone') }}, '') as phone,
        nullif({{ json_str(payload, '$.language_override') }}, '') as language_override,
        nullif({{ json_str(payload, '$.browser_language') }}, '') as browser_language,
        nullif({{ json_str(payload, '$.location.country') }}, '') as country,
        nullif({{ json_str(payload, '$.location.region') }}, '') as region,
        nullif({{ json_str(payload, '$.location.city') }}, '') as city,
        {{ json_length(payload, '$.companies.data') }} as companies_count,
        -- Most contacts have one company, which is the first.
        case when {{ json_length(payload, '$.companies.data') }} > 1 then {{ json_obj(payload, '$.companies.data') }} end as companies,
        {{ json_obj(payload, '$.tags.data') }} as tags,
        {{ json_obj(payload, '$.custom_attributes') }} as custom_attributes,

        coalesce({{ json_bool(payload, '$.deleted') }}, false) as is_deleted,
        {{ json_bool(payload, '$.unsubscribed_from_emails') }} as is_unsubscribed_from_emails,
        {{ json_bool(payload, '$.has_hard_bounced') }} as is_hard_bounced,
        {{ json_bool(payload, '$.marked_email_as_spam') }} as is_email_marked_as_spam,

        created_at,
        updated_at,
        {{ json_time(payload, '$.signed_up_at') }} as signed_up_at,
        {{ json_time(payload, '$.last_seen_at') }} as last_seen_at,
        {{ json_time(payload, '$.last_replied_at') }} as last_replied_at,
        {{ json_time(payload, '$.last_contacted_at') }} as last_contacted_at,
        {{ json_time(payload, '$.last_email_opened_at') }} as last_email_opened_at,
        {{ json_time(payload, '$.last_email_clicked_at') }} as last_email_clicked_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
        _load_id as load_id,
    from {{ parsed_once('current_versions', payload) }}
),

final as (
    select * from parsed
)

select * from final
