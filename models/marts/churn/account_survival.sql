-- one row per account spell that began while support was known and reached its 90th day: what came before and after that day
{%- set landmark_days = 90 %}
with

-- A change of plan begins no new spell.
spells as (
    select distinct
        account_id,
        started_on,
        churned_on,
        support_known_from_on,
        support_known_until_on,
    from {{ ref('int_account_spells') }}
),

cutoffs as (
    select * from {{ ref('int_churn_cutoffs') }}
),

events as (
    select * from {{ ref('int_account_events') }}
),

-- Accounts that churned before the landmark could never enter a group that takes 90 days to enter.
landmarks as (
    select
        spells.account_id,
        spells.started_on,
        spells.churned_on,
        cutoffs.churn_known_until_on,
        {{ add_days('spells.started_on', landmark_days) }} as landmark_on,
    from spells
    cross join cutoffs
    where
        spells.support_known_from_on <= spells.started_on
        and {{ add_days('spells.started_on', landmark_days) }} <= spells.support_known_until_on
        and {{ add_days('spells.started_on', landmark_days) }} <= cutoffs.churn_known_until_on
        and coalesce(spells.churned_on, cast('9999-12-31' as date)) > {{ add_days('spells.started_on', landmark_days) }}
),

early_events as (
    select
        landmarks.account_id,
        landmarks.landmark_on,
        events.workspace_id,
        events.conversation_id,
        events.kind,
        events.value,
        {{ days_between('events.happened_on', 'landmarks.landmark_on') }} as days_before_landmark,
    from landmarks
    inner join events
        on
            landmarks.account_id = events.account_id
            and landmarks.started_on <= events.happened_on
            and landmarks.landmark_on > events.happened_on
            -- A ticket does not count once it is known to be about cancelling.
            and coalesce(events.held_until_on, cast('9999-12-31' as date)) >= landmarks.landmark_on
),

ranked_events as (
    {{ with_ranks('early_events', ['kind'], ['value']) }}
),

-- A first reply is slow when three quarters of all first replies to accounts of that age were faster.
slow_replies as (
    select {{ ranked_percentile('value', 75, only_when="kind = 'first_reply'") }} as slow_reply_seconds
    from ranked_events
),

-- A wait of that length without a reply counts as a slow reply already. Counted only when they come, the slowest replies would
-- pass for a good experience. A ticket that a bot answered or that was closed waits for nobody.
waits as (
    select
        account_id,
        landmark_on,
        max(case when kind = 'ticket' then days_before_landmark end) as waiting_days,
    from early_events
    group by account_id, landmark_on, workspace_id, conversation_id
    having {{ count_if("kind = 'open'") }} > 0 and {{ count_if("kind in ('first_reply', 'bot_only')") }} = 0
),

longest_waits as (
    select
        account_id,
        landmark_on,
        max(waiting_days) as waiting_days,
    from waits
    group by account_id, landmark_on
),

experiences as (
    select
        early_events.account_id,
        early_events.landmark_on,
        {{ count_if("early_events.kind = 'ticket'") }} as tickets,
        {{ count_if(
            "(early_events.kind = 'rating' and early_events.value <= 2) or early_events.kind = 'reopening' "
            ~ "or (early_events.kind = 'first_reply' and early_events.value > slow_replies.slow_reply_seconds)"
        ) }} as poor_events,
    from early_events
    cross join slow_replies
    group by early_events.account_id, early_events.landmark_on
),

final as (
    select
        landmarks.account_id,
        landmarks.landmark_on,
        case
            when coalesce(experiences.poor_events, 0) > 0 then 'poor'
            -- A ticket begins in the course of a day, so only one day less is certain.
            when coalesce((longest_waits.waiting_days - 1) * 86400 >= slow_replies.slow_reply_seconds, false) then 'poor'
            when coalesce(experiences.tickets, 0) > 0 then 'good'
            else 'no tickets'
        end as experience,
        {{ days_between(
            'landmarks.landmark_on',
            earlier_of('landmarks.churned_on', 'landmarks.churn_known_until_on')
        ) }} as duration_days,
        coalesce(landmarks.churned_on <= landmarks.churn_known_until_on, false) as is_churned,
    from landmarks
    cross join slow_replies
    left join experiences
        on landmarks.account_id = experiences.account_id and landmarks.landmark_on = experiences.landmark_on
    left join longest_waits
        on landmarks.account_id = longest_waits.account_id and landmarks.landmark_on = longest_waits.landmark_on
)

select * from final
