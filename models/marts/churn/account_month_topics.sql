-- one row per account, month and topic (tag or feedback topic) of the account's tickets in the window, as known then
{%- set zone = reporting_time_zone() %}
{{ config(meta={'logic_version': 3}) }}

with

account_months as (
    select * from {{ ref('account_months') }}
),

months as (
    select * from {{ ref('int_churn_months') }}
),

mentions as (
    select * from {{ ref('int_account_mentions') }}
),

merge_steps as (
    select
        workspace_id,
        conversation_id,
        served_in_conversation_id,
        {{ local_date('merged_at', zone) }} as merged_on,
        {{ local_date('next_merged_at', zone) }} as next_merged_on,
    from {{ ref('int_merge_steps') }}
),

windowed as (
    select
        mentions.account_id,
        months.month,
        mentions.topic,
        mentions.topic_kind,
        -- From the merge on, a ticket and the ticket that it was merged into are one.
        count(distinct concat(
            mentions.workspace_id, ' ', coalesce(merge_steps.served_in_conversation_id, mentions.conversation_id)
        )) as tickets,
    from mentions
    inner join months
        on
            mentions.known_on >= months.window_from_on
            and mentions.known_on < months.window_until_on
            and coalesce(mentions.excluded_on, cast('9999-12-31' as date)) >= months.window_until_on
    left join merge_steps
        on
            mentions.workspace_id = merge_steps.workspace_id
            and mentions.conversation_id = merge_steps.conversation_id
            and months.window_until_on > merge_steps.merged_on
            and months.window_until_on <= coalesce(merge_steps.next_merged_on, cast('9999-12-31' as date))
    group by mentions.account_id, months.month, mentions.topic, mentions.topic_kind
),

final as (
    select
        windowed.account_id,
        windowed.month,
        windowed.topic,
        windowed.topic_kind,
        windowed.tickets,
    from windowed
    inner join account_months
        on windowed.account_id = account_months.account_id and windowed.month = account_months.month
)

select * from final
