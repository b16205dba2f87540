-- one row per problem of an accounts row, and one row when no account can be used
with

accounts as (
    select * from {{ ref('int_accounts') }}
),

account_companies as (
    select * from {{ ref('int_account_companies') }}
),

spells as (
    select * from {{ ref('int_account_spells') }}
),

cutoffs as (
    select * from {{ ref('int_churn_cutoffs') }}
),

covered_workspaces as (
    select distinct workspace_id
    from {{ ref('int_synced_ranges') }}
    where stream = 'conversations'
),

-- When every sync of a workspace was filtered, the tickets that an account did not write are unknown.
unknown_accounts as (
    select distinct account_companies.account_id
    from account_companies
    left join covered_workspaces on account_companies.workspace_id = covered_workspaces.workspace_id
    where covered_workspaces.workspace_id is null
),

matched_accounts as (
    select distinct account_id
    from account_companies
),

matched_ids as (
    select distinct
        account_id,
        company_id,
    from account_companies
),

shared_companies as (
    select
        workspace_id,
        customer_id,
        count(distinct account_id) as accounts_sharing,
    from account_companies
    group by workspace_id, customer_id
),

sharing_accounts as (
    select distinct account_companies.account_id
    from account_companies
    inner join shared_companies
        on
            account_companies.workspace_id = shared_companies.workspace_id
            and account_companies.customer_id = shared_companies.customer_id
    where shared_companies.accounts_sharing > 1
),

scattered_accounts as (
    select account_id
    from account_companies
    group by account_id
    having count(distinct workspace_id) > 1
),

checked as (
    select
        accounts.*,
        matched_accounts.account_id is null as is_unmatched,
        matched_accounts.account_id is not null
        and accounts.company_id is not null
        and matched_ids.company_id is null as is_id_unmatched,
        unknown_accounts.account_id is not null as is_support_unknown,
        sharing_accounts.account_id is not null as is_sharing,
        scattered_accounts.account_id is not null as is_scattered,
        coalesce(accounts.churned_on > cutoffs.churn_known_until_on, false) as is_churned_in_the_future,
        coalesce(accounts.started_on > cutoffs.support_known_until_on, false) as is_started_in_the_future,
    from accounts
    cross join cutoffs
    left join matched_accounts on accounts.account_id = matched_accounts.account_id
    left join matched_ids on accounts.account_id = matched_ids.account_id and accounts.company_id = matched_ids.company_id
    left join unknown_accounts on accounts.account_id = unknown_accounts.account_id
    left join sharing_accounts on accounts.account_id = sharing_accounts.account_id
    left join scattered_accounts on accounts.account_id = scattered_accounts.account_id
),

{%- set unknown_id = 'No company in Intercom has this company_id as its id or external_id'
    if var('churn_account_key') != 'contact' else 'No contact in Intercom has this id, external_id or email address' %}
{%- set problems = [
    ('incomplete', 'is_incomplete', 'true', 'The row lacks its account_id, company_id or started_on.'),
    ('dates_out_of_order', 'is_out_of_order', 'true', 'churned_on is before started_on.'),
    ('duplicate', 'is_repeated', 'true', 'Another row has the same account and started_on, and counts instead of this row.'),
    ('overlapping_spells', 'is_overlapping', 'is_covered',
        'The row begins before an earlier row of the same account ends. The earlier row counts until its end, this row after that.'),
    ('unmatched_company', 'is_unmatched', 'true', unknown_id ~ '.'),
    ('unmatched_company', 'is_id_unmatched', 'false', unknown_id ~ '. The account has the conversations that its other rows match.'),
    ('support_unknown', 'is_support_unknown', 'true',
        'Every sync of its workspace was filtered, so tickets outside the filters are unknown. Sync once without filters.'),
    ('shared_company', 'is_sharing', 'false', 'Another account has the same company, so each conversation counts for both accounts.'),
    ('several_workspaces', 'is_scattered', 'false',
        'Its ids match in more than one workspace, and what was written in each counts. Where these are different customers, set vars: churn_workspaces.'),
    ('churned_in_the_future', 'is_churned_in_the_future', 'false', 'churned_on is after the last known day, so the account counts as active until then.'),
    ('started_in_the_future', 'is_started_in_the_future', 'false', 'started_on is after the last known day. The account counts from started_on.'),
] %}

found as (
    {%- for problem, condition, is_left_out, explanation in problems %}
        select
            '{{ problem }}' as problem,
            account_row,
            account_id,
            company_id,
            started_on,
            churned_on,
            {{ is_left_out }} as is_left_out,
            '{{ explanation }}' as explanation,
        from checked
        where {{ condition }}
        union all
    {%- endfor %}
    select
        'no_accounts' as problem,
        {{ as_int("null") }} as account_row,
        cast(null as string) as account_id,
        cast(null as string) as company_id,
        cast(null as date) as started_on,
        cast(null as date) as churned_on,
        false as is_left_out,
        'No account can be used: fill seeds/accounts.csv or set vars: accounts_relation. Until then the churn marts say "not enough data".'
            as explanation,
    from (select count(*) as usable_spells from spells) as counted
    where usable_spells = 0
),

final as (
    select
        problem,
        account_row,
        account_id,
        company_id,
        started_on,
        churned_on,
        is_left_out,
        explanation,
    from found
)

select * from final
