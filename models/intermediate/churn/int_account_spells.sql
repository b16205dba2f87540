-- one row per account and spell as a customer that can be used
with

accounts as (
    select * from {{ ref('int_accounts') }}
),

account_companies as (
    select * from {{ ref('int_account_companies') }}
),

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

loads as (
    select * from {{ ref('stg_intercom__loads') }}
),

first_conversations as (
    select
        workspace_id,
        min(created_at) as first_created_at,
    from conversations
    group by workspace_id
),

-- A sync that began with `--since` knows older conversations too, but only those that were updated since.
first_windows as (
    select
        workspace_id,
        min(window_from_at) as first_window_from_at,
    from loads
    where stream = 'conversations'
    group by workspace_id
),

known_workspaces as (
    select
        first_conversations.workspace_id,
        {{ local_date(
            'greatest(first_conversations.first_created_at, '
            ~ 'coalesce(first_windows.first_window_from_at, first_conversations.first_created_at))',
            "'" ~ var('reporting_time_zone') ~ "'"
        ) }} as support_known_from_on,
    from first_conversations
    left join first_windows on first_conversations.workspace_id = first_windows.workspace_id
),

-- An account in two workspaces is known as long as both are.
known_accounts as (
    select
        account_companies.account_id,
        max(known_workspaces.support_known_from_on) as support_known_from_on,
    from account_companies
    left join known_workspaces on account_companies.workspace_id = known_workspaces.workspace_id
    group by account_companies.account_id
),

final as (
    select
        accounts.account_id,
        row_number() over (partition by accounts.account_id order by accounts.started_on) as spell_number,
        coalesce(accounts.plan, 'unknown') as plan,
        accounts.mrr,
        accounts.started_on,
        accounts.churned_on,
        known_accounts.support_known_from_on,
    from accounts
    inner join known_accounts on accounts.account_id = known_accounts.account_id
    where not (accounts.is_repeated or accounts.is_incomplete or accounts.is_out_of_order or accounts.is_overlapping)
)

select * from final
