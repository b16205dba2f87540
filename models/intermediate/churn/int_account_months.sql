-- one row per account and month in which the account was active on the first day: its support until then, and its outcome
with

spells as (
    select * from {{ ref('int_account_spells') }}
),

months as (
    select * from {{ ref('int_churn_months') }}
),

features as (
    select * from {{ ref('int_account_month_features') }}
),

account_mrr as (
    select * from {{ ref('int_account_mrr') }}
),

-- Accounts without tickets have rows too, because the others are compared with them. Months are left out when their window begins before
-- the first known conversation or ends after the last sync: their accounts would look as if they had never written.
active as (
    select
        spells.account_id,
        spells.plan,
        spells.mrr,
        spells.churned_on,
        months.month,
        months.horizon_on,
        months.is_observed,
        {{ months_between('spells.started_on', 'months.month') }} as tenure_months,
    from spells
    inner join months
        on
            spells.plan_from_on <= months.month
            and coalesce(spells.plan_until_on, cast('9999-12-31' as date)) > months.month
            and spells.support_known_from_on <= months.window_from_on
            and spells.support_known_until_on >= months.window_until_on
),

with_mrr as (
    select
        active.*,
        coalesce(mrr_then.mrr, active.mrr) as mrr_on_day,
        case
            when not active.is_observed or mrr_then.mrr is null then null
            when active.churned_on <= active.horizon_on then 0 - mrr_then.mrr
            else mrr_later.mrr - mrr_then.mrr
        end as mrr_change_within_horizon,
    from active
    left join account_mrr as mrr_then
        on
            active.account_id = mrr_then.account_id
            and active.month >= mrr_then.changed_on
            and coalesce(mrr_then.next_changed_on, cast('9999-12-31' as date)) > active.month
    left join account_mrr as mrr_later
        on
            active.account_id = mrr_later.account_id
            and active.horizon_on >= mrr_later.changed_on
            and coalesce(mrr_later.next_changed_on, cast('9999-12-31' as date)) > active.horizon_on
),

with_features as (
    select
        with_mrr.account_id,
        with_mrr.month,
        with_mrr.tenure_months,
        with_mrr.plan,
        with_mrr.mrr_on_day as mrr,
        coalesce(features.tickets, 0) as tickets,
        coalesce(features.customer_messages, 0) as customer_messages,
        coalesce(features.reopened_tickets, 0) as reopened_tickets,
        coalesce(features.open_tickets, 0) as open_tickets,
        features.median_first_reply_seconds,
        features.median_resolution_seconds,
        coalesce(features.low_ratings, 0) as low_ratings,
        features.average_rating,
        coalesce(features.bot_only_tickets, 0) as bot_only_tickets,
        features.days_since_last_ticket,
        case
            when with_mrr.is_observed then coalesce(with_mrr.churned_on <= with_mrr.horizon_on, false)
        end as churned_within_horizon,
        with_mrr.is_observed,
        with_mrr.mrr_change_within_horizon,
    from with_mrr
    left join features on with_mrr.account_id = features.account_id and with_mrr.month = features.month
),

-- Comparisons are within a stratum, because new and small accounts churn more, whatever support does.
with_strata as (
    select
        *,
        concat(
            case
                when tenure_months < 3 then '0-2 months'
                when tenure_months < 12 then '3-11 months'
                when tenure_months < 24 then '12-23 months'
                else '24+ months'
            end,
            ' / ',
            plan,
            ' / ',
            {{ stratum_period('month') }}
        ) as stratum_without_tickets,
    from with_features
),

-- Among accounts that wrote as much, a topic that everybody writes about is no sign of anything.
final as (
    select
        *,
        concat(stratum_without_tickets, ' / ', {{ ticket_band('tickets') }}) as stratum,
    from with_strata
)

select * from final
