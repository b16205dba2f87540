-- one row per first of a month with support to look back on, and the days that bound its window and horizon
with

cutoffs as (
    select * from {{ ref('int_churn_cutoffs') }}
),

spells as (
    select * from {{ ref('int_account_spells') }}
),

span as (
    select
        min({{ month_of('spells.support_known_from_on') }}) as first_month,
        max({{ month_of('cutoffs.support_known_until_on') }}) as last_month,
        max(cutoffs.churn_known_until_on) as churn_known_until_on,
    from spells
    cross join cutoffs
),

final as (
    select
        month,
        {{ add_days('month', '(0 - ' ~ var('churn_gap_days') ~ ' - ' ~ var('support_window_days') ~ ')') }} as window_from_on,
        -- The day itself is not in the window, because its events are not known when it begins.
        {{ add_days('month', '(0 - ' ~ var('churn_gap_days') ~ ')') }} as window_until_on,
        {{ add_days('month', var('churn_horizon_days')) }} as horizon_on,
        -- Accounts still within the horizon are neither churned nor retained. The last known day is not over yet.
        {{ add_days('month', var('churn_horizon_days')) }} < churn_known_until_on as is_observed,
    from span
    {{ unnest_months('first_month', 'last_month', 'month') }}
    where first_month is not null
)

select * from final
