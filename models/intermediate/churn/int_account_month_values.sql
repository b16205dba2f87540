-- one row per observed account-month and feature with a value: the value and the outcome
{{ config(materialized='versioned_view') }}
{%- set features = [
    'tickets', 'customer_messages', 'reopened_tickets', 'open_tickets', 'median_first_reply_seconds', 'median_resolution_seconds',
    'low_ratings', 'average_rating', 'bot_only_tickets', 'days_since_last_ticket',
] %}
with

account_months as (
    select * from {{ ref('int_account_months') }}
),

final as (
    {%- for feature in features %}
        {%- if not loop.first %}
            union all
        {%- endif %}
        select
            account_id,
            month,
            '{{ feature }}' as feature,
            {{ as_float(feature) }} as value,
            case when churned_within_horizon then 1 else 0 end as churned,
            mrr_change_within_horizon,
            -- Among accounts with as many tickets, the number of tickets has no relation with anything.
            {{ 'stratum_without_tickets as stratum' if feature == 'tickets' else 'stratum' }},
        from account_months
        where is_observed and {{ feature }} is not null
    {%- endfor %}
)

select * from final
