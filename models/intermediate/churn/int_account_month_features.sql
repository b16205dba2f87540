-- one row per account and month with an event in the window or an open ticket on the day: the features known then
with

events as (
    select * from {{ ref('int_account_events') }}
),

months as (
    select * from {{ ref('int_churn_months') }}
),

known as (
    select
        events.account_id,
        events.conversation_id,
        events.workspace_id,
        events.kind,
        events.value,
        events.happened_on,
        months.month,
        months.window_until_on,
    from events
    inner join months
        on
            events.happened_on < months.window_until_on
            and events.happened_on >= case when events.kind = 'open' then cast('0001-01-01' as date) else months.window_from_on end
            and coalesce(events.held_until_on, cast('9999-12-31' as date)) >= months.window_until_on
),

final as (
    select
        account_id,
        month,
        {{ count_if("kind = 'ticket'") }} as tickets,
        {{ count_if("kind = 'customer_message'") }} as customer_messages,
        count(distinct case when kind = 'reopening' then concat(workspace_id, ' ', conversation_id) end) as reopened_tickets,
        {{ count_if("kind = 'open'") }} as open_tickets,
        {{ percentile("case when kind = 'first_reply' then value end", 50) }} as median_first_reply_seconds,
        {{ percentile("case when kind = 'resolution' then value end", 50) }} as median_resolution_seconds,
        {{ count_if("kind = 'rating' and value <= 2") }} as low_ratings,
        avg(case when kind = 'rating' then value end) as average_rating,
        {{ count_if("kind = 'bot_only'") }} as bot_only_tickets,
        {{ days_between("max(case when kind = 'ticket' then happened_on end)", 'max(window_until_on)') }} as days_since_last_ticket,
    from known
    group by account_id, month
)

select * from final
