-- one row per account, spell (an unbroken time as an account) and accounts row in the spell, which gives the plan
{{ config(meta={'compares_rows': true}) }}
{%- set zone = reporting_time_zone() %}
with

accounts as (
    select * from {{ ref('int_accounts') }}
    where not (is_repeated or is_incomplete or is_out_of_order or is_covered)
),

account_companies as (
    select * from {{ ref('int_account_companies') }}
),

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

synced_ranges as (
    select * from {{ ref('int_synced_ranges') }}
    where stream = 'conversations'
),

first_conversations as (
    select
        workspace_id,
        min(created_at) as first_created_at,
    from conversations
    group by workspace_id
),

-- Syncs with `--since` and `--until` bring older conversations too, but only those updated in between. All conversations are known
-- only within the last unbroken range of syncs. Where every run was filtered, none are.
covered_workspaces as (
    select
        workspace_id,
        max(covered_from_at) as covered_from_at,
        max(covered_to_at) as covered_to_at,
    from synced_ranges
    group by workspace_id
),

known_workspaces as (
    select
        first_conversations.workspace_id,
        {{ local_date(later_of('first_conversations.first_created_at', 'covered_workspaces.covered_from_at'), zone) }}
            as support_known_from_on,
        {{ local_date('covered_workspaces.covered_to_at', zone) }} as support_known_until_on,
    from first_conversations
    inner join covered_workspaces on first_conversations.workspace_id = covered_workspaces.workspace_id
),

-- An account in two workspaces is known while both are known. Otherwise the account would seem quiet in a workspace that is no longer
-- synced.
known_accounts as (
    select
        account_companies.account_id,
        count(*) = count(covered_workspaces.workspace_id) as is_known,
        max(known_workspaces.support_known_from_on) as support_known_from_on,
        min(known_workspaces.support_known_until_on) as support_known_until_on,
    from account_companies
    left join covered_workspaces on account_companies.workspace_id = covered_workspaces.workspace_id
    left join known_workspaces on account_companies.workspace_id = known_workspaces.workspace_id
    group by account_companies.account_id
),

-- A row that begins on or before the day when another row ends continues the same spell. Billing systems write a row per plan, and an
-- upgrade is no churn.
numbered as (
    select
        *,
        {{ sum_int(
            'case when covered_until_on >= started_on then 0 else 1 end',
            'over (partition by account_id order by started_on rows unbounded preceding)'
        ) }} as spell_number,
    from accounts
),

with_spells as (
    select
        *,
        min(started_on) over (partition by account_id, spell_number) as spell_started_on,
        max(coalesce(churned_on, cast('9999-12-31' as date))) over (partition by account_id, spell_number) as spell_ended_on,
    from numbered
),

final as (
    select
        with_spells.account_id,
        with_spells.spell_number,
        coalesce(with_spells.plan, 'unknown') as plan,
        with_spells.mrr,
        {{ later_of('with_spells.started_on', 'with_spells.covered_until_on') }} as plan_from_on,
        with_spells.churned_on as plan_until_on,
        with_spells.spell_started_on as started_on,
        nullif(with_spells.spell_ended_on, cast('9999-12-31' as date)) as churned_on,
        case when known_accounts.is_known then known_accounts.support_known_from_on end as support_known_from_on,
        case when known_accounts.is_known then known_accounts.support_known_until_on end as support_known_until_on,
    from with_spells
    inner join known_accounts on with_spells.account_id = known_accounts.account_id
)

select * from final
