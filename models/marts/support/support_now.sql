-- one row per open conversation, as of the last sync: who waits since when, whose turn it is, and who has the conversation
-- All of it grows with every sync, so it is a view: what is stored changes with the conversations alone.
{{ config(materialized='versioned_view', meta={'rows_of': 'int_conversation_metrics'}) }}
{%- set as_of_on = local_date('freshness.conversations_as_of_at', reporting_time_zone()) %}
{%- set first_message_on = local_date('facts.first_shown_customer_message_at', reporting_time_zone()) %}

with

conversations as (
    select * from {{ ref('conversation_metrics') }}
    where state = 'open'
),

facts as (
    select * from {{ ref('int_conversation_facts') }}
),

state_facts as (
    select * from {{ ref('int_conversation_state_facts') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

joined as (
    select
        conversations.*,
        facts.first_shown_customer_message_at,
        facts.last_shown_message_at,
        facts.last_shown_message_by,
        facts.whose_turn as turn_after,
        facts.is_answered_by_human,
        facts.is_partly_unseen,
        state_facts.measured_to_at,
        {{ backlog_age_band(first_message_on, later_of(as_of_on, first_message_on)) }} as age_band,
        freshness.conversations_as_of_at,
    from conversations
    inner join facts
        on conversations.workspace_id = facts.workspace_id and conversations.conversation_id = facts.conversation_id
    inner join state_facts
        on
            conversations.workspace_id = state_facts.workspace_id
            and conversations.conversation_id = state_facts.conversation_id
    inner join freshness on conversations.workspace_id = freshness.workspace_id
),

on_the_clock as (
    select
        joined.*,
        {{ open_seconds_at('measured_hours', 'joined.measured_to_at', 'joined.conversations_as_of_at') }} as measured_open_seconds,
        {{ open_seconds_at('now_hours', 'joined.conversations_as_of_at', 'joined.conversations_as_of_at') }} as now_open_seconds,
    from joined
    left join office_hours as measured_hours
        on
            joined.workspace_id = measured_hours.workspace_id
            and joined.office_hours_schedule_id = measured_hours.office_hours_schedule_id
            and {{ is_in_stretch('measured_hours', 'joined.measured_to_at') }}
    left join office_hours as now_hours
        on
            joined.workspace_id = now_hours.workspace_id
            and joined.office_hours_schedule_id = now_hours.office_hours_schedule_id
            and {{ is_in_stretch('now_hours', 'joined.conversations_as_of_at') }}
),

final as (
    select
        conversation_id,
        workspace_id,
        contact_id,
        company_id,
        assigned_team_id,
        assigned_teammate_id,

        url,
        title,
        subject,
        contact_name,
        contact_email,
        company_name,
        assigned_team_name,
        assigned_teammate_name,
        channel,
        tags,
        priority,
        sla_name,
        sla_status,
        -- A message to a customer who never wrote waits for the customer. After a close and a reopening by hand nothing is asked.
        case
            when first_shown_customer_message_at is null then 'customer'
            when turn_after = 'team' then 'us'
            else turn_after
        end as whose_turn,
        last_shown_message_by as last_message_by,
        age_band,

        open_wait_seconds,
        open_wait_office_seconds,
        -- What happened during the last request is a second or two younger than the data.
        {{ secs_between('last_event_at', later_of('conversations_as_of_at', 'last_event_at')) }} as idle_seconds,
        {{ secs_between('first_shown_customer_message_at', later_of('conversations_as_of_at', 'first_shown_customer_message_at')) }}
            as age_seconds,
        open_seconds + {{ secs_between('measured_to_at', later_of('conversations_as_of_at', 'measured_to_at')) }} as open_seconds,
        open_office_seconds
        + case when now_open_seconds < measured_open_seconds then 0 else now_open_seconds - measured_open_seconds end
            as open_office_seconds,

        assigned_team_id is null and assigned_teammate_id is null as is_unassigned,
        -- An answer can be among parts that were never shown.
        case
            when first_shown_customer_message_at is null or is_answered_by_human or first_reply_at is not null then false
            when not is_partly_unseen then true
        end as is_unreplied,
        first_shown_customer_message_at is null as is_outbound_unanswered,

        created_at,
        open_wait_since_at,
        last_shown_message_at as last_message_at,
        last_event_at as idle_since_at,
        conversations_as_of_at as data_as_of_at,
    from on_the_clock
)

select * from final
