-- one row per workspace, topic and week (from Monday), also for weeks without a message
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{%- set zone = reporting_time_zone() %}
{{ config(materialized='versioned_view', meta={'logic_version': 2}) }}

with

product_feedback as (
    select * from {{ ref('product_feedback') }}
),

merged as (
    select * from {{ ref('int_merge_steps') }}
    where is_last
),

topics as (
    select * from {{ topics_relation() }}
),

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

churn_by_topic as (
    select * from {{ ref('churn_by_topic') }}
    where topic_kind = 'feedback'
),

kinds as (
    select
        topic,
        min(kind) as kind,
    from topics
    group by topic
),

-- A conversation and the conversation that it was merged into are one.
dated as (
    select
        product_feedback.workspace_id,
        product_feedback.topic,
        product_feedback.account_id,
        product_feedback.mrr,
        product_feedback.rating,
        coalesce(merged.served_in_conversation_id, product_feedback.conversation_id) as conversation_id,
        {{ local_date('product_feedback.sent_at', zone) }} as sent_on,
    from product_feedback
    left join merged
        on
            product_feedback.workspace_id = merged.workspace_id
            and product_feedback.conversation_id = merged.conversation_id
),

with_week as (
    select
        *,
        {{ week_of('sent_on') }} as week,
    from dated
),

first_weeks as (
    select
        workspace_id,
        min(week) as first_week,
    from with_week
    group by workspace_id
),

known as (
    select
        first_weeks.workspace_id,
        first_weeks.first_week,
        workspace_dates.conversations_as_of_on as known_until_on,
    from first_weeks
    inner join workspace_dates on first_weeks.workspace_id = workspace_dates.workspace_id
),

days as (
    select
        workspace_id,
        known_until_on,
        day,
    from known
    {{ unnest_days('first_week', 'known_until_on', 'day') }}
),

weeks as (
    select
        workspace_id,
        known_until_on,
        day as week,
    from days
    where {{ days_since_monday('day') }} = 0
),

-- An account's revenue counts once a week, however often the account wrote.
account_weeks as (
    select
        workspace_id,
        topic,
        week,
        account_id,
        max(mrr) as mrr,
    from with_week
    where account_id is not null
    group by workspace_id, topic, week, account_id
),

touched as (
    select
        workspace_id,
        topic,
        week,
        count(*) as accounts,
        sum(mrr) as mrr,
    from account_weeks
    group by workspace_id, topic, week
),

volumes as (
    select
        workspace_id,
        topic,
        week,
        count(*) as messages,
        count(distinct conversation_id) as conversations,
        count(distinct case when rating is not null then conversation_id end) as rated_conversations,
        count(distinct case when rating <= 2 then conversation_id end) as low_rated_conversations,
    from with_week
    group by workspace_id, topic, week
),

filled as (
    select
        weeks.workspace_id,
        kinds.topic,
        kinds.kind,
        weeks.week,
        {{ add_days('weeks.week', 7) }} <= weeks.known_until_on as is_week_complete,
        coalesce(volumes.messages, 0) as messages,
        coalesce(volumes.conversations, 0) as conversations,
        coalesce(volumes.rated_conversations, 0) as rated_conversations,
        coalesce(volumes.low_rated_conversations, 0) as low_rated_conversations,
        coalesce(touched.accounts, 0) as accounts,
        touched.mrr,
    from weeks
    cross join kinds
    left join volumes
        on weeks.workspace_id = volumes.workspace_id and kinds.topic = volumes.topic and weeks.week = volumes.week
    left join touched
        on weeks.workspace_id = touched.workspace_id and kinds.topic = touched.topic and weeks.week = touched.week
),

-- There is a trend only when all eight weeks before are known: a first week would always be a rise from nothing.
with_trend as (
    select
        *,
        case
            when
                count(*) over (
                    partition by workspace_id, topic order by week rows between 8 preceding and 1 preceding
                ) = 8
                then {{ sum_int(
                    'conversations',
                    'over (partition by workspace_id, topic order by week rows between 8 preceding and 1 preceding)'
                ) }} / 8.0
        end as average_conversations_8_weeks_before,
    from filled
),

final as (
    select
        with_trend.workspace_id,
        with_trend.topic,
        with_trend.week,
        with_trend.kind,
        with_trend.messages,
        with_trend.conversations,
        with_trend.accounts,
        coalesce(with_trend.mrr, {{ as_float('0') }}) as mrr_touched,
        {{ as_float('with_trend.average_conversations_8_weeks_before') }} as average_conversations_8_weeks_before,
        -- An unfinished week would always look like a fall.
        case
            when with_trend.is_week_complete
                then with_trend.conversations / nullif({{ as_float('with_trend.average_conversations_8_weeks_before') }}, 0)
        end as trend,
        with_trend.rated_conversations,
        {{ safe_share('with_trend.low_rated_conversations', 'with_trend.rated_conversations') }} as low_rating_share,
        with_trend.is_week_complete,
        churn_by_topic.risk_ratio as churn_risk_ratio,
        churn_by_topic.adjusted_odds_ratio as churn_adjusted_odds_ratio,
        churn_by_topic.clustered_odds_ratio_low as churn_adjusted_odds_ratio_low,
        churn_by_topic.clustered_odds_ratio_high as churn_adjusted_odds_ratio_high,
        churn_by_topic.clustered_q_value as churn_q_value,
        churn_by_topic.is_sufficient as is_churn_sufficient,
        churn_by_topic.reading as churn_reading,
    from with_trend
    left join churn_by_topic on with_trend.topic = churn_by_topic.topic
)

select * from final
