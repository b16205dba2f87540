-- one row per month (of the reporting time zone) and company with an event or a message in one of its conversations
{{ config(materialized='versioned_view', meta={'rows_of': 'int_company_months'}) }}

with

company_months as (
    select * from {{ ref('int_company_months') }}
),

companies as (
    select * from {{ ref('companies') }}
),

final as (
    select
        company_months.month,
        company_months.company_id,
        company_months.workspace_id,
        companies.name as company_name,
        company_months.customer_messages,
        company_months.teammate_messages,
        {{ period_metrics('company_months') }}
    from company_months
    left join companies
        on company_months.workspace_id = companies.workspace_id and company_months.company_id = companies.company_id
)

select * from final
