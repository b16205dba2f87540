-- one row per conversation that Intercom still has: counts, first and last times, people and durations of its events
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}
{%- set firsts = {
    'customer_message': 'is_customer_message', 'shown_reply': 'is_reply', 'bot_reply': 'is_bot_reply',
    'any_reply': '(is_reply or is_bot_reply)', 'reply_after_customer': 'is_reply and is_after_customer_message',
    'assignment': 'is_assignment', 'close': 'is_close', 'teammate_close': "is_close and author_kind = 'teammate'", 'reopen': 'is_reopen',
} %}
{%- set lasts = {
    'customer_message': 'is_customer_message', 'teammate_message': "is_message and author_kind = 'teammate'",
    'assignment': 'is_assignment', 'close': 'is_close', 'teammate_close': "is_close and author_kind = 'teammate'", 'reopen': 'is_reopen',
} %}

with

conversations as (
    select * from {{ ref('int_conversations') }}
    where {{ in_months('created_at', months) }}
),

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
    where {{ in_months('conversation_created_at', months) }}
),

office_hours as (
    select * from {{ ref('int_office_hours') }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions')) }}
),

events as (
    {{ changed_rows(ref('int_conversation_events'), months) }}
),

turns as (
    {{ changed_rows(ref('int_conversation_turns'), months) }}
),

resolutions as (
    {{ changed_rows(ref('int_conversation_resolutions'), months) }}
),

-- A reply is a human's message after the opening. `is_after_customer_message` also leaves out messages before the customer's first.
flagged as (
    select
        *,
        is_message and not is_opening and author_kind = 'teammate' as is_reply,
        is_message and not is_opening and author_kind = 'bot' as is_bot_reply,
        author_kind = 'customer' and (is_message or is_opening) as is_customer_message,
        author_kind = 'teammate' and not is_by_a_whole_team and (not is_opening or is_message) as is_by_teammate,
        {{ clock_place('open_seconds_at', 'happened_at') }} as clock_place,
        -- After parts that were never shown no event is known to be the first, and before them no event is known to be the last. The
        -- first shown event of a long thread may come days after its first event.
        case when not is_after_gap then author_id end as first_author_id,
        case when not is_after_gap then happened_at end as first_at,
        case when not is_after_gap then {{ clock_place('open_seconds_at', 'happened_at') }} end as first_clock_place,
        case when not is_before_gap then author_id end as last_author_id,
        case when not is_before_gap then happened_at end as last_at,
        case when not is_before_gap then {{ clock_place('open_seconds_at', 'happened_at') }} end as last_clock_place,
        last_value(assigned_to_team_id ignore nulls) over (
            partition by workspace_id, conversation_id order by position rows between unbounded preceding and 1 preceding
        ) as team_before,
    from events
),

event_facts as (
    select
        workspace_id,
        conversation_id,
        {{ first_by('case when is_by_teammate and is_message then first_author_id end', 'position') }} as first_teammate_id,
        {{ last_by('case when is_by_teammate and is_message then last_author_id end', 'position') }} as last_teammate_id,
        -- Null where a whole team replied: the next teammate's id would stand beside the time of another reply.
        nullif(
            {{ first_by(
                "case when is_reply and not is_after_gap then coalesce(case when is_by_teammate then author_id end, '') end", 'position'
            ) }}, ''
        ) as first_reply_teammate_id,
        {{ first_by('case when is_customer_message then first_author_id end', 'position') }} as first_customer_id,
        {{ last_by('case when is_customer_message then last_author_id end', 'position') }} as last_customer_id,
        {{ first_by('case when not is_after_gap then assigned_to_team_id end', 'position') }} as first_assigned_team_id,
        {{ last_by('case when not is_before_gap then assigned_to_team_id end', 'position') }} as last_assigned_team_id,
        -- A close by an unknown author is a close too. Without the empty text, the id of one close would stand beside the kind of another.
        nullif(
            {{ first_by("case when is_close and not is_after_gap then coalesce(author_id, '') end", 'position') }}, ''
        ) as first_closed_by_id,
        nullif(
            {{ last_by("case when is_close and not is_before_gap then coalesce(author_id, '') end", 'position') }}, ''
        ) as last_closed_by_id,
        {{ first_by("case when is_close and author_kind = 'teammate' then first_author_id end", 'position') }} as first_close_teammate_id,
        {{ last_by("case when is_close and author_kind = 'teammate' then last_author_id end", 'position') }} as last_close_teammate_id,
        {{ first_by('case when is_close and not is_after_gap then author_kind end', 'position') }} as first_closed_by_kind,
        {{ last_by('case when is_close and not is_before_gap then author_kind end', 'position') }} as last_closed_by_kind,
        count(*) - 1 as count_parts,
        {{ count_if('is_message') }} as count_messages,
        {{ count_if("is_message and author_kind = 'customer'") }} as count_customer_messages,
        {{ count_if("is_message and author_kind = 'teammate'") }} as count_teammate_messages,
        {{ count_if("is_message and author_kind = 'bot'") }} as count_bot_messages,
        {{ count_if('is_note') }} as count_notes,
        {{ count_if('is_assignment') }} as count_assignments,
        -- A hand-over is an assignment to another team than the one before.
        {{ count_if('assigned_to_team_id <> team_before') }} as count_team_handovers,
        {{ count_if('is_close') }} as count_closes,
        {{ count_if('is_reopen') }} as count_reopens,
        count(distinct case when is_by_teammate then author_id end) as count_teammates,
        count(distinct case when is_by_teammate and is_reply then author_id end) as count_human_repliers,
        {%- for name, condition in firsts.items() %}
            min(case when {{ condition }} then first_at end) as first_{{ name }}_at,
        {%- endfor %}
        {%- for name, condition in lasts.items() %}
            max(case when {{ condition }} then last_at end) as last_{{ name }}_at,
        {%- endfor %}
        min(case when is_customer_message then happened_at end) as first_shown_customer_message_at,
        max(case when is_message then happened_at end) as last_shown_message_at,
        {{ last_by('case when is_message then author_kind end', 'position') }} as last_shown_message_by,
        {{ last_by('turn_after', 'position') }} as whose_turn,
        {{ count_if('is_reply and is_after_customer_message') }} > 0 as is_answered_by_human,
        max(happened_at) as last_event_at,
        {{ count_if('is_before_gap or is_after_gap') }} > 0 as is_partly_unseen,
        {{ count_if('is_by_ai_as_admin') }} > 0 as is_with_ai_as_admin,
        max(conversation_created_at) as conversation_created_at,
        max(built_from) as built_from,
        -- The same instants as open office-hours seconds since 2010-01-01; their differences are durations.
        {{ open_seconds_of('min(case when is_opening then clock_place end)') }} as created_open_seconds,
        {%- for name, condition in firsts.items() if name != 'reopen' %}
            {{ open_seconds_of('min(case when ' ~ condition ~ ' then first_clock_place end)') }} as first_{{ name }}_open_seconds,
        {%- endfor %}
        {%- for name in ['assignment', 'close', 'teammate_close'] %}
            {{ open_seconds_of('max(case when ' ~ lasts[name] ~ ' then last_clock_place end)') }} as last_{{ name }}_open_seconds,
        {%- endfor %}
    from flagged
    group by workspace_id, conversation_id
),

-- Where the first reply may be among the parts that were never shown, Intercom's own record of the reply stands in. It does not
-- where an AI agent took part: Intercom may have taken the agent for the teammate.
recorded_replies as (
    select
        event_facts.workspace_id,
        event_facts.conversation_id,
        conversations.statistics_first_admin_reply_at as first_reply_at,
        {{ open_seconds_at('office_hours', 'conversations.statistics_first_admin_reply_at', 'conversations.fetched_at') }}
            as first_reply_open_seconds,
    from event_facts
    inner join conversations
        on
            event_facts.workspace_id = conversations.workspace_id
            and event_facts.conversation_id = conversations.conversation_id
    left join office_hours
        on
            conversations.workspace_id = office_hours.workspace_id
            and conversations.office_hours_schedule_id = office_hours.office_hours_schedule_id
            and {{ is_in_stretch('office_hours', 'conversations.statistics_first_admin_reply_at') }}
    where
        event_facts.is_partly_unseen
        and event_facts.first_shown_reply_at is null
        and not event_facts.is_with_ai_as_admin
        and not conversations.is_ai_agent_participant
        and conversations.opened_by = 'customer'
        and conversations.statistics_first_admin_reply_at >= conversations.created_at
),

-- The length of each turn, in the columns that it counts for.
measured_turns as (
    select
        workspace_id,
        conversation_id,
        ended_by = 'reply' as is_answered,
        case when ended_by = 'reply' then turn_seconds end as reply_seconds,
        case when ended_by = 'reply' then turn_office_seconds end as reply_office_seconds,
        case when reply_number > 1 then turn_seconds end as next_reply_seconds,
        case when reply_number > 1 then turn_office_seconds end as next_reply_office_seconds,
        case when whose_turn = 'team' then turn_seconds end as team_seconds,
        case when whose_turn = 'team' then turn_office_seconds end as team_office_seconds,
        case when whose_turn = 'customer' then turn_seconds end as customer_seconds,
        case when whose_turn = 'customer' then turn_office_seconds end as customer_office_seconds,
        case when whose_turn = 'team' and ended_by is null then started_at end as open_wait_since_at,
        case when whose_turn = 'team' and ended_by is null then started_open_seconds end as open_wait_open_seconds,
    from turns
),

turn_facts as (
    select
        workspace_id,
        conversation_id,
        {{ count_if('is_answered') }} as count_replies,
        {{ percentile('reply_seconds', 50) }} as median_reply_seconds,
        {{ if_all_known(percentile('reply_office_seconds', 50), 'reply_office_seconds', 'reply_seconds') }}
            as median_reply_office_seconds,
        max(reply_seconds) as max_reply_seconds,
        {{ if_all_known('max(reply_office_seconds)', 'reply_office_seconds', 'reply_seconds') }}
            as max_reply_office_seconds,
        {{ percentile('next_reply_seconds', 50) }} as median_next_reply_seconds,
        {{ if_all_known(percentile('next_reply_office_seconds', 50), 'next_reply_office_seconds', 'next_reply_seconds') }}
            as median_next_reply_office_seconds,
        max(next_reply_seconds) as max_next_reply_seconds,
        {{ if_all_known('max(next_reply_office_seconds)', 'next_reply_office_seconds', 'next_reply_seconds') }}
            as max_next_reply_office_seconds,
        {{ sum_int('team_seconds') }} as waiting_for_team_seconds,
        {{ if_all_known(sum_int('team_office_seconds'), 'team_office_seconds', 'team_seconds') }}
            as waiting_for_team_office_seconds,
        {{ sum_int('customer_seconds') }} as waiting_for_customer_seconds,
        {{ if_all_known(sum_int('customer_office_seconds'), 'customer_office_seconds', 'customer_seconds') }}
            as waiting_for_customer_office_seconds,
        max(open_wait_since_at) as open_wait_since_at,
        max(open_wait_open_seconds) as open_wait_open_seconds,
    from measured_turns
    group by workspace_id, conversation_id
),

final as (
    select
        event_facts.*,
        coalesce(event_facts.first_shown_reply_at, recorded_replies.first_reply_at) as first_reply_at,
        coalesce(event_facts.first_shown_reply_open_seconds, recorded_replies.first_reply_open_seconds) as first_reply_open_seconds,
        -- The team that is assigned now was assigned by a part of its own, or together with a teammate.
        coalesce(
            event_facts.first_assigned_team_id,
            case when not event_facts.is_partly_unseen then lookups.team_assignee_id end
        ) as first_team_id,
        resolutions.closed_by_id,
        resolutions.closed_by_kind,
        resolutions.closed_at,
        resolutions.closed_open_seconds,
        resolutions.last_assignment_at as last_assignment_before_close_at,
        resolutions.last_assignment_open_seconds as last_assignment_before_close_open_seconds,
        resolutions.last_customer_message_at as last_customer_message_before_close_at,
        resolutions.last_customer_message_open_seconds as last_customer_message_before_close_open_seconds,
        coalesce(turn_facts.count_replies, 0) as count_replies,
        case when not event_facts.is_partly_unseen then resolutions.count_replies end as count_replies_to_resolution,
        -- The length of waits that were never shown is unknown, and these figures would be wrong without them.
        {%- for figure in [
            'median_reply_seconds', 'median_reply_office_seconds', 'max_reply_seconds', 'max_reply_office_seconds',
            'median_next_reply_seconds', 'median_next_reply_office_seconds', 'max_next_reply_seconds', 'max_next_reply_office_seconds',
        ] %}
            case when not event_facts.is_partly_unseen then turn_facts.{{ figure }} end as {{ figure }},
        {%- endfor %}
        {%- for figure in ['waiting_for_team', 'waiting_for_customer'] %}
            case when not event_facts.is_partly_unseen then coalesce(turn_facts.{{ figure }}_seconds, 0) end as {{ figure }}_seconds,
            case
                when event_facts.is_partly_unseen then null
                when turn_facts.{{ figure }}_seconds is null then 0
                else turn_facts.{{ figure }}_office_seconds
            end as {{ figure }}_office_seconds,
        {%- endfor %}
        -- In a closed conversation nobody waits, also when the close itself is past the 500 parts that Intercom shows.
        case when lookups.state <> 'closed' then turn_facts.open_wait_since_at end as open_wait_since_at,
        case when lookups.state <> 'closed' then turn_facts.open_wait_open_seconds end as open_wait_open_seconds,
    from event_facts
    inner join lookups
        on
            event_facts.workspace_id = lookups.workspace_id
            and event_facts.conversation_id = lookups.conversation_id
    left join recorded_replies
        on
            event_facts.workspace_id = recorded_replies.workspace_id
            and event_facts.conversation_id = recorded_replies.conversation_id
    left join resolutions
        on
            event_facts.workspace_id = resolutions.workspace_id
            and event_facts.conversation_id = resolutions.conversation_id
    left join turn_facts
        on
            event_facts.workspace_id = turn_facts.workspace_id
            and event_facts.conversation_id = turn_facts.conversation_id
)

select * from final
