-- one row per account, id in its accounts rows, and Intercom company (or contact) with this id
{{ config(meta={'compares_rows': true}) }}

with

accounts as (
    select distinct
        account_id,
        company_id,
        {% if var('churn_account_key') == 'contact' -%}
            case when company_id like '%@%' then lower(company_id) else company_id end as looked_for,
        {%- else -%}
            company_id as looked_for,
        {%- endif %}
    from {{ ref('int_accounts') }}
    where account_id is not null
),

{% if var('churn_account_key') == 'contact' -%}
    contacts as (
        select * from {{ ref('stg_intercom__contacts') }}
        where {{ is_in_churn_workspaces() }}
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
            -- An external id may be an email address, where capitals mean nothing.
            case when external_id like '%@%' then lower(external_id) else external_id end as known_as,
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
        where {{ is_in_churn_workspaces() }}
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
        accounts.company_id,
        names.workspace_id,
        names.customer_id,
        names.matched_by,
        names.preference,
    from accounts
    inner join names on accounts.looked_for = names.known_as
    {%- if var('churn_account_key') == 'contact' %}
        -- A contact that is gone keeps its account, by hashes of what it was called.
        {%- for name, preference in [('external_id', 2), ('email', 3)] %}
            union all
            select
                accounts.account_id,
                accounts.company_id,
                contacts.workspace_id,
                contacts.contact_id as customer_id,
                '{{ name }}' as matched_by,
                {{ preference }} as preference,
            from accounts
            inner join {{ ref('stg_intercom__contacts_last_seen') }} as last_seen
                on {{ person_key('accounts.looked_for') }} = last_seen.{{ name }}_hash
            inner join contacts
                on last_seen.workspace_id = contacts.workspace_id and last_seen.contact_id = contacts.contact_id and contacts.is_deleted
        {%- endfor %}
    {%- endif %}
),

-- Intercom's own id takes precedence, because the same text may also be your id of another company. Several ids of one account are
-- several companies of the account.
best as (
    select
        account_id,
        company_id,
        workspace_id,
        min(preference) as preference,
    from matches
    group by account_id, company_id, workspace_id
),

final as (
    select distinct
        matches.account_id,
        matches.company_id,
        matches.workspace_id,
        matches.customer_id,
        matches.matched_by,
    from matches
    inner join best
        on
            matches.account_id = best.account_id
            and matches.company_id = best.company_id
            and matches.workspace_id = best.workspace_id
            and matches.preference = best.preference
)

select * from final
