-- one row per conversation that is not deleted in Intercom: all of conversation_metrics but the wait that runs
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_metric_inputs', 'attribute_columns_of': 'conversation_attribute_columns'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set is_opened_by_customer = "conversations.opened_by = 'customer'" %}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_metric_inputs')) }}
),

facts as (
    select * from {{ ref('int_conversation_facts') }}
    where {{ in_months('conversation_created_at', months) }}
),

state_facts as (
    select * from {{ ref('int_conversation_state_facts') }}
    where {{ in_months('conversation_created_at', months) }}
),

inputs as (
    select * from {{ ref('int_conversation_metric_inputs') }}
    where {{ in_months('conversation_created_at', months) }}
),

changed_conversations as (
    {{ changed_rows(ref('int_conversations'), months, month='created_at') }}
),

conversations as (
    select
        *,
        {{ local_date('created_at', reporting_time_zone()) }} as created_on,
    from changed_conversations
),

retrievals as (
    {{ changed_rows(ref('stg_intercom__conversation_retrievals'), months) }}
),

earlier_ratings as (
    {{ earlier_ratings('conversations', 'retrievals') }}
),

final as (
    select
        conversations.conversation_id,
        conversations.workspace_id,
        conversations.contact_id,
        conversations.company_id,
        conversations.teammate_assignee_id as assigned_teammate_id,
        conversations.team_assignee_id as assigned_team_id,
        facts.first_team_id,
        coalesce(conversations.team_assignee_id, facts.last_assigned_team_id) as last_team_id,
        facts.first_teammate_id,
        facts.last_teammate_id,
        case when conversations.opened_by = 'customer' then facts.first_reply_teammate_id end as first_reply_teammate_id,
        facts.first_closed_by_id,
        facts.last_closed_by_id,
        facts.closed_by_id,
        facts.first_close_teammate_id,
        facts.last_close_teammate_id,
        facts.first_customer_id,
        facts.last_customer_id,
        conversations.rating_contact_id,
        conversations.rating_teammate_id,
        inputs.merged_into_conversation_id,
        conversations.office_hours_schedule_id,
        inputs.ticket_id,

        conversations.state,
        case
            when conversations.opened_by <> 'bot' then conversations.opened_by
            when conversations.source_delivered_as in ('campaigns_initiated', 'automated') then 'campaign'
            else 'bot'
        end as started_by,
        conversations.source_author_type as author_type,
        conversations.source_type,
        conversations.source_delivered_as as delivered_as,
        coalesce(conversations.channel_initial, conversations.source_type) as channel,
        coalesce(conversations.channel_current, conversations.channel_initial, conversations.source_type)
            as channel_current,
        coalesce(
            nullif({{ json_str('conversations.custom_attributes', '$.Language') }}, ''),
            conversations.contact_language
        ) as language,
        conversations.priority,
        conversations.title,
        -- Intercom sends an email's subject as HTML.
        nullif({{ without_tags('conversations.source_subject') }}, '') as subject,
        {{ conversation_url('conversations.workspace_id', 'conversations.conversation_id') }} as url,
        inputs.contact_name,
        inputs.contact_email,
        inputs.company_name,
        inputs.assigned_team_name,
        inputs.assigned_teammate_name,
        inputs.tags,
        inputs.first_team_name,
        inputs.last_team_name,
        inputs.ticket_category,
        inputs.contact_names,
        inputs.company_names,
        inputs.teammate_names,
        facts.first_closed_by_kind,
        facts.last_closed_by_kind,
        facts.closed_by_kind,
        conversations.sla_name,
        conversations.sla_status,
        conversations.rating,
        earlier_ratings.first_rating,
        case when conversations.rating is not null then conversations.rating_remark end as rating_remark,
        conversations.ai_agent_source_type,
        conversations.ai_agent_source_title,
        conversations.ai_agent_last_answer_type,
        conversations.ai_agent_resolution_state,
        conversations.ai_agent_rating,
        conversations.ai_agent_rating_remark,
        {{ json_rating('conversations.custom_attributes', '$."CX Score rating"') }} as cx_score,
        nullif({{ json_str('conversations.custom_attributes', '$."CX Score explanation"') }}, '') as cx_score_explanation,

        facts.count_parts,
        facts.count_messages,
        facts.count_customer_messages,
        facts.count_teammate_messages,
        facts.count_bot_messages,
        facts.count_notes,
        facts.count_replies,
        facts.count_replies_to_resolution,
        facts.count_assignments,
        facts.count_team_handovers,
        facts.count_closes,
        facts.count_reopens,
        facts.count_teammates,
        facts.count_human_repliers,
        state_facts.count_teams_assigned,
        state_facts.count_teammates_assigned,
        inputs.count_contacts,
        inputs.count_ai_agent_content_sources,

        {{ time_since_creation('conversations', 'facts', 'first_assignment', 'time_to_first_assignment') }}
        {{ time_since_creation('conversations', 'facts', 'last_assignment', 'time_to_last_assignment') }}
        -- Only a customer's opening message waits for a reply. Otherwise outbound messages would show as instant replies.
        {{ time_since_creation('conversations', 'facts', 'first_reply', 'time_to_first_reply', only_when=is_opened_by_customer) }}
        {{ time_since_creation('conversations', 'facts', 'first_bot_reply', 'time_to_first_bot_reply', only_when=is_opened_by_customer) }}
        {{ time_since_creation('conversations', 'facts', 'first_any_reply', 'time_to_first_any_reply', only_when=is_opened_by_customer) }}
        {{ secs_between('facts.first_customer_message_at', 'facts.first_reply_after_customer_at') }}
            as time_to_first_reply_after_customer_seconds,
        facts.first_reply_after_customer_open_seconds - facts.first_customer_message_open_seconds
            as time_to_first_reply_after_customer_office_seconds,
        {%- for reply in ['reply', 'next_reply'] %}
            {%- for statistic in ['median', 'max'] %}
                facts.{{ statistic }}_{{ reply }}_seconds as {{ statistic }}_time_to_{{ reply }}_seconds,
                facts.{{ statistic }}_{{ reply }}_office_seconds as {{ statistic }}_time_to_{{ reply }}_office_seconds,
            {%- endfor %}
        {%- endfor %}
        {%- for close in ['first_close', 'last_close', 'first_teammate_close', 'last_teammate_close'] %}
            {{ time_since_creation('conversations', 'facts', close, 'time_to_' ~ close) }}
        {%- endfor %}
        {{ time_since_creation('conversations', 'facts', 'closed', 'time_to_resolution') }}
        -- Before the customer wrote nobody waited. Otherwise a campaign would make all resolutions slow.
        {{ time_between('facts.first_customer_message', 'facts.last_close', 'time_to_last_close_after_customer') }}
        {{ time_between('facts.first_customer_message', 'facts.closed', 'time_to_resolution_after_customer') }}
        {{ time_between('facts.first_assignment', 'facts.closed', 'first_assignment_to_resolution') }}
        {{ time_between('facts.last_assignment_before_close', 'facts.closed', 'last_assignment_to_resolution') }}
        {{ time_between('facts.last_customer_message_before_close', 'facts.closed', 'last_customer_message_to_resolution') }}
        facts.waiting_for_team_seconds,
        facts.waiting_for_team_office_seconds,
        facts.waiting_for_customer_seconds,
        facts.waiting_for_customer_office_seconds,
        {%- for state in ['open', 'snoozed', 'unassigned'] %}
            state_facts.{{ state }}_seconds,
            state_facts.{{ state }}_office_seconds,
        {%- endfor %}
        conversations.statistics_handling_time_seconds as intercom_handling_time_seconds,
        conversations.statistics_adjusted_handling_time_seconds as intercom_adjusted_handling_time_seconds,
        facts.open_wait_open_seconds,

        inputs.is_merged_away,
        -- The time of a close that was not shown may be known; who answered among parts that were not shown is not.
        case
            when not facts.is_partly_unseen
                then
                    conversations.state = 'closed'
                    and facts.count_closes <= 1
                    and facts.count_reopens = 0
                    and facts.count_human_repliers = 1
                    and not inputs.is_merged_away
        end as is_first_contact_resolution,
        {{ touches('conversations', 'facts', 'inputs') }}
        coalesce(earlier_ratings.is_rating_changed, false) as is_rating_changed,
        coalesce(earlier_ratings.is_rating_improved, false) as is_rating_improved,
        coalesce(earlier_ratings.is_rating_worsened, false) as is_rating_worsened,
        conversations.is_read,
        {{ ai_agent_outcomes('conversations', 'facts') }}
        -- Nobody knows who wrote the parts that were never shown.
        case
            when not facts.is_partly_unseen or facts.count_teammate_messages > 0
                then facts.first_bot_reply_at is not null and facts.count_teammate_messages = 0
        end as is_bot_only,
        -- Intercom shows only the 500 most recent parts, so a thread first seen later lacks its beginning.
        -- Where Intercom gives no count, 500 parts may not be all.
        coalesce(facts.count_parts >= conversations.parts_total_count, facts.count_parts < 500) as is_thread_complete,

        conversations.created_on,
        {{ week_of('conversations.created_on') }} as created_week,
        {{ month_of('conversations.created_on') }} as created_month,
        {{ local_date('facts.closed_at', reporting_time_zone()) }} as closed_on,
        conversations.created_at,
        conversations.updated_at,
        facts.closed_at,
        facts.first_customer_message_at,
        facts.last_customer_message_at,
        case when conversations.opened_by = 'customer' then facts.first_reply_at end as first_reply_at,
        case when conversations.opened_by = 'customer' then facts.first_bot_reply_at end as first_bot_reply_at,
        facts.first_reply_after_customer_at,
        facts.last_teammate_message_at,
        facts.first_assignment_at,
        facts.last_assignment_at,
        facts.first_close_at,
        facts.last_close_at,
        facts.first_teammate_close_at,
        facts.last_teammate_close_at,
        facts.first_reopen_at,
        facts.last_reopen_at,
        facts.last_event_at,
        facts.open_wait_since_at,
        conversations.waiting_since_at,
        conversations.snoozed_until_at,
        conversations.rating_requested_at,
        conversations.rating_answered_at,
        inputs.built_from,
        {%- for entry in attribute_columns('conversation_attribute_columns') %}
            inputs.{{ entry.column }},
        {%- endfor %}
    from conversations
    inner join facts
        on
            conversations.workspace_id = facts.workspace_id
            and conversations.conversation_id = facts.conversation_id
    inner join inputs
        on
            conversations.workspace_id = inputs.workspace_id
            and conversations.conversation_id = inputs.conversation_id
    left join state_facts
        on
            conversations.workspace_id = state_facts.workspace_id
            and conversations.conversation_id = state_facts.conversation_id
    left join earlier_ratings
        on
            conversations.workspace_id = earlier_ratings.workspace_id
            and conversations.conversation_id = earlier_ratings.conversation_id
)

select * from final
