-- one row per account and company of Intercom's (or contact, where accounts are contacts) that it is
with

accounts as (
    select
        account_id,
        {% if var('churn_account_key') == 'contact' -%}
            case when company_id like '%@%' then lower(company_id) else company_id end as company_id,
        {%- else -%}
            company_id,
        {%- endif %}
    from {{ ref('int_accounts') }}
),

{% if var('churn_account_key') == 'contact' -%}
    contacts as (
        select * from {{ ref('stg_intercom__contacts') }}
    ),

    names as (
        select
            workspace_id,
            contact_id as customer_id,
            contact_id as known_as,
            'contact_id' as matched_by,
            1 as preference,
        from contacts
        union all
        select
            workspace_id,
            contact_id as customer_id,
            external_id as known_as,
            'external_id' as matched_by,
            2 as preference,
        from contacts
        where external_id is not null
        union all
        select
            workspace_id,
            contact_id as customer_id,
            lower(email) as known_as,
            'email' as matched_by,
            3 as preference,
        from contacts
        where email is not null
    ),
{%- else -%}
    companies as (
        select * from {{ ref('stg_intercom__companies') }}
    ),

    names as (
        select
            workspace_id,
            company_id as customer_id,
            company_id as known_as,
            'company_id' as matched_by,
            1 as preference,
        from companies
        union all
        select
            workspace_id,
            company_id as customer_id,
            external_id as known_as,
            'external_id' as matched_by,
            2 as preference,
        from companies
        where external_id is not null
    ),
{%- endif %}

matches as (
    select
        accounts.account_id,
        names.workspace_id,
        names.customer_id,
        names.matched_by,
        names.preference,
    from accounts
    inner join names on accounts.company_id = names.known_as
    where accounts.account_id is not null
),

-- Intercom's own id goes before the customer's: the same text may be both, of different companies.
best as (
    select
        account_id,
        workspace_id,
        min(preference) as preference,
    from matches
    group by account_id, workspace_id
),

final as (
    select distinct
        matches.account_id,
        matches.workspace_id,
        matches.customer_id,
        matches.matched_by,
    from matches
    inner join best
        on
            matches.account_id = best.account_id
            and matches.workspace_id = best.workspace_id
            and matches.preference = best.preference
)

select * from final
