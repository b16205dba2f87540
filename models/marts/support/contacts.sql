-- one row per contact (user or lead) that Intercom still has
{{ config(
    materialized='versioned_view',
    meta={'attribute_columns_of': 'contact_attribute_columns', 'logic_version': 2},
) }}

with

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

attribute_lists as (
    select
        *,
        {{ attribute_lists('contact_attribute_columns', 'custom_attributes') }}
    from contacts
),

attribute_texts as (
    select
        *,
        {{ attribute_texts('contact_attribute_columns') }}
    from attribute_lists
),

final as (
    select
        contact_id,
        external_id,
        first_company_id as company_id,
        owner_teammate_id,
        workspace_id,

        role,
        email,
        email_domain,
        name,
        phone,
        coalesce(language_override, browser_language) as language,
        country,
        region,
        city,
        companies_count,
        custom_attributes,

        is_unsubscribed_from_emails,
        is_hard_bounced,
        is_email_marked_as_spam,

        created_at,
        updated_at,
        signed_up_at,
        last_seen_at,
        last_replied_at,
        last_contacted_at,
        last_email_opened_at,
        last_email_clicked_at,
        {{ select_attribute_columns('contact_attribute_columns') }}
    from attribute_texts
    -- A deleted contact leaves this table too; only the id stays, on the conversations.
    where not is_deleted
)

select * from final
