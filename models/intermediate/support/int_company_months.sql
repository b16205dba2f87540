-- one row per month (of the reporting time zone) and company with an event or a message in one of its conversations: the figures
{{ config(
    materialized='versioned_incremental',
    meta={'follows_days_of': ['int_support_events', 'int_conversation_author_days'], 'period': 'month'},
    unique_key=['workspace_id', 'company_id', 'month'],
    partition_by=monthly('month', 'date'),
    cluster_by=['workspace_id', 'company_id'],
) }}

with

support_events as (
    {{ rows_of_changed_periods(ref('int_support_events')) }}
),

author_days as (
    {{ rows_of_changed_periods(ref('int_conversation_author_days')) }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
    where company_id is not null
),

events as (
    select
        *,
        {{ month_of('day') }} as month,
    from support_events
    where company_id is not null
),

counted as (
    select
        workspace_id,
        company_id,
        month,
        {{ period_metrics() }}
    from events
    group by workspace_id, company_id, month
),

written as (
    select
        conversation_metrics.workspace_id,
        conversation_metrics.company_id,
        {{ month_of('author_days.day') }} as month,
        {%- for author_kind in ['customer', 'teammate'] %}
            {{ sum_int("case when author_days.author_kind = '" ~ author_kind ~ "' then author_days.count_messages else 0 end") }}
                as {{ author_kind }}_messages,
        {%- endfor %}
    from author_days
    inner join conversation_metrics
        on
            author_days.workspace_id = conversation_metrics.workspace_id
            and author_days.conversation_id = conversation_metrics.conversation_id
    where author_days.count_messages > 0
    group by conversation_metrics.workspace_id, conversation_metrics.company_id, {{ month_of('author_days.day') }}
),

busy_months as (
    select
        workspace_id,
        company_id,
        month,
    from counted
    union distinct
    select
        workspace_id,
        company_id,
        month,
    from written
),

final as (
    select
        busy_months.workspace_id,
        busy_months.company_id,
        busy_months.month,
        coalesce(written.customer_messages, 0) as customer_messages,
        coalesce(written.teammate_messages, 0) as teammate_messages,
        {{ select_columns(period_figures(), of='counted') }}
    from busy_months
    left join counted
        on {{ same_columns(['workspace_id', 'company_id', 'month'], 'busy_months', 'counted') }}
    left join written
        on {{ same_columns(['workspace_id', 'company_id', 'month'], 'busy_months', 'written') }}
)

select * from final
