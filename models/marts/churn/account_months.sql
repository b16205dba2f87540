-- one row per account and month in which the account was active on the first day: its support until then, and its outcome
{{ config(materialized='versioned_view') }}
with

account_months as (
    select * from {{ ref('int_account_months') }}
),

final as (
    select
        account_id,
        month,
        tenure_months,
        plan,
        mrr,
        stratum,
        tickets,
        customer_messages,
        reopened_tickets,
        open_tickets,
        median_first_reply_seconds,
        median_resolution_seconds,
        low_ratings,
        average_rating,
        bot_only_tickets,
        days_since_last_ticket,
        churned_within_horizon,
        is_observed,
        mrr_change_within_horizon,
    from account_months
)

select * from final
