-- one row per company, also those gone from Intercom
{{ config(
    materialized='versioned_view',
    meta={'attribute_columns_of': 'company_attribute_columns', 'logic_version': 2},
) }}

with

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

attribute_lists as (
    select
        *,
        {{ attribute_lists('company_attribute_columns', 'custom_attributes') }}
    from companies
),

attribute_texts as (
    select
        *,
        {{ attribute_texts('company_attribute_columns') }}
    from attribute_lists
),

final as (
    select
        company_id,
        external_id,
        workspace_id,

        name,
        plan_id,
        plan_name,
        industry,
        website,
        employees_count,
        users_count,
        sessions_count,
        monthly_spend,
        custom_attributes,

        is_deleted,

        remote_created_at,
        created_at,
        updated_at,
        last_request_at,
        {{ select_attribute_columns('company_attribute_columns') }}
    from attribute_texts
)

select * from final
