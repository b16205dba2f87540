-- one row per conversation that Intercom still has: what its events add up to
{{ config(
    materialized='incremental',
    unique_key=['workspace_id', 'conversation_id'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_outdated(ref('int_conversation_versions')) }}",
) }}
{%- set months = changed_months(ref('int_conversation_versions')) %}

with

all_events as (
    select * from {{ ref('int_conversation_events') }}
    where {{ in_months('conversation_created_at', months) }}
),

all_turns as (
    select * from {{ ref('int_conversation_turns') }}
    where {{ in_months('conversation_created_at', months) }}
),

contexts as (
    select * from {{ ref('int_conversation_contexts') }}
),

changed as (
    {{ changed_conversations(ref('int_conversation_versions'), months) }}
),

events as (
    select all_events.*
    from all_events
    inner join changed
        on all_events.workspace_id = changed.workspace_id and all_events.conversation_id = changed.conversation_id
),

turns as (
    select all_turns.*
    from all_turns
    inner join changed
        on all_turns.workspace_id = changed.workspace_id and all_turns.conversation_id = changed.conversation_id
),

-- A human's answer to somebody: not the message that opens, and in `after_customer` not what was said before the customer spoke.
flagged as (
    select
        *,
        is_message and not is_opening and author_kind = 'teammate' as is_reply,
        is_message and not is_opening and author_kind = 'bot' as is_bot_reply,
        author_kind = 'customer' and (is_message or is_opening) as is_customer_message,
        author_kind = 'teammate' and not is_by_a_whole_team and (not is_opening or is_message) as is_by_teammate,
        {{ clock_place('open_seconds_at', 'happened_at') }} as clock_place,
    from events
),

event_facts as (
    select
        workspace_id,
        conversation_id,

        {{ first_by('case when is_by_teammate and is_message then author_id end', 'position') }} as first_teammate_id,
        {{ last_by('case when is_by_teammate and is_message then author_id end', 'position') }} as last_teammate_id,
        -- Nobody's where a whole team is named: the next teammate's id would stand beside a time that is not that teammate's.
        nullif({{ first_by("case when is_reply then coalesce(case when is_by_teammate then author_id end, '') end", 'position') }}, '')
            as first_reply_teammate_id,
        {{ first_by('case when is_customer_message then author_id end', 'position') }} as first_customer_id,
        {{ last_by('case when is_customer_message then author_id end', 'position') }} as last_customer_id,
        {{ first_by('assigned_to_team_id', 'position') }} as first_assigned_team_id,
        {{ last_by('assigned_to_team_id', 'position') }} as last_assigned_team_id,
        {{ first_by('assigned_to_teammate_id', 'position') }} as first_assigned_teammate_id,
        {{ last_by('assigned_to_teammate_id', 'position') }} as last_assigned_teammate_id,
        -- A close by nobody that is known is a close: without the empty text the id of one and the kind of another would stand together.
        nullif({{ first_by("case when is_close then coalesce(author_id, '') end", 'position') }}, '') as first_closed_by_id,
        nullif({{ last_by("case when is_close then coalesce(author_id, '') end", 'position') }}, '') as last_closed_by_id,
        {{ first_by("case when is_close and author_kind = 'teammate' then author_id end", 'position') }} as first_close_teammate_id,
        {{ last_by("case when is_close and author_kind = 'teammate' then author_id end", 'position') }} as last_close_teammate_id,

        {{ first_by('case when is_close then author_kind end', 'position') }} as first_closed_by_kind,
        {{ last_by('case when is_close then author_kind end', 'position') }} as last_closed_by_kind,
        count(*) - 1 as count_parts,
        {{ count_if('is_message') }} as count_messages,
        {{ count_if("is_message and author_kind = 'customer'") }} as count_customer_messages,
        {{ count_if("is_message and author_kind = 'teammate'") }} as count_teammate_messages,
        {{ count_if("is_message and author_kind = 'bot'") }} as count_bot_messages,
        {{ count_if('is_note') }} as count_notes,
        {{ count_if('is_assignment') }} as count_assignments,
        {{ count_if('is_close') }} as count_closes,
        {{ count_if('is_reopen') }} as count_reopens,
        count(distinct case when is_by_teammate then author_id end) as count_teammates,

        min(case when is_customer_message then happened_at end) as first_customer_message_at,
        max(case when is_customer_message then happened_at end) as last_customer_message_at,
        min(case when is_reply then happened_at end) as first_reply_at,
        min(case when is_bot_reply then happened_at end) as first_bot_reply_at,
        min(case when is_reply and is_after_customer_message then happened_at end) as first_reply_after_customer_at,
        max(case when is_message and author_kind = 'teammate' then happened_at end) as last_teammate_message_at,
        min(case when is_assignment then happened_at end) as first_assignment_at,
        max(case when is_assignment then happened_at end) as last_assignment_at,
        min(case when is_close then happened_at end) as first_close_at,
        max(case when is_close then happened_at end) as last_close_at,
        min(case when is_close and author_kind = 'teammate' then happened_at end) as first_teammate_close_at,
        max(case when is_close and author_kind = 'teammate' then happened_at end) as last_teammate_close_at,
        min(case when is_reopen then happened_at end) as first_reopen_at,
        max(case when is_reopen then happened_at end) as last_reopen_at,
        max(happened_at) as last_event_at,
        max(conversation_created_at) as conversation_created_at,
        max(built_from) as built_from,

        -- The same instants on the clock of office hours, which never goes back: their differences are office seconds.
        {{ open_seconds_of('min(case when is_opening then clock_place end)') }} as created_open_seconds,
        {{ open_seconds_of('min(case when is_customer_message then clock_place end)') }} as first_customer_message_open_seconds,
        {{ open_seconds_of('min(case when is_reply then clock_place end)') }} as first_reply_open_seconds,
        {{ open_seconds_of('min(case when is_bot_reply then clock_place end)') }} as first_bot_reply_open_seconds,
        {{ open_seconds_of('min(case when is_reply and is_after_customer_message then clock_place end)') }}
            as first_reply_after_customer_open_seconds,
        {{ open_seconds_of('min(case when is_assignment then clock_place end)') }} as first_assignment_open_seconds,
        {{ open_seconds_of('max(case when is_assignment then clock_place end)') }} as last_assignment_open_seconds,
        {{ open_seconds_of('min(case when is_close then clock_place end)') }} as first_close_open_seconds,
        {{ open_seconds_of('max(case when is_close then clock_place end)') }} as last_close_open_seconds,
        {{ open_seconds_of("min(case when is_close and author_kind = 'teammate' then clock_place end)") }}
            as first_teammate_close_open_seconds,
        {{ open_seconds_of("max(case when is_close and author_kind = 'teammate' then clock_place end)") }}
            as last_teammate_close_open_seconds,
    from flagged
    group by workspace_id, conversation_id
),

-- A hand-over is an assignment to another team than the one before.
team_assignments as (
    select
        workspace_id,
        conversation_id,
        assigned_to_team_id,
        lag(assigned_to_team_id) over (partition by workspace_id, conversation_id order by position) as team_before,
    from events
    where assigned_to_team_id is not null
),

handovers as (
    select
        workspace_id,
        conversation_id,
        {{ count_if('assigned_to_team_id <> team_before') }} as count_team_handovers,
    from team_assignments
    group by workspace_id, conversation_id
),

-- What is measured of a turn, in the column for what it was.
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
        {{ sum_int('team_seconds') }} as handling_seconds,
        {{ if_all_known(sum_int('team_office_seconds'), 'team_office_seconds', 'team_seconds') }}
            as handling_office_seconds,
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
        coalesce(handovers.count_team_handovers, 0) as count_team_handovers,
        coalesce(turn_facts.count_replies, 0) as count_replies,
        turn_facts.median_reply_seconds,
        turn_facts.median_reply_office_seconds,
        turn_facts.max_reply_seconds,
        turn_facts.max_reply_office_seconds,
        turn_facts.median_next_reply_seconds,
        turn_facts.median_next_reply_office_seconds,
        turn_facts.max_next_reply_seconds,
        turn_facts.max_next_reply_office_seconds,
        coalesce(turn_facts.handling_seconds, 0) as handling_seconds,
        case when turn_facts.handling_seconds is null then 0 else turn_facts.handling_office_seconds end
            as handling_office_seconds,
        coalesce(turn_facts.waiting_for_customer_seconds, 0) as waiting_for_customer_seconds,
        case when turn_facts.waiting_for_customer_seconds is null then 0 else turn_facts.waiting_for_customer_office_seconds end
            as waiting_for_customer_office_seconds,
        -- In a closed conversation nobody waits, also when the close itself is past the 500 parts that Intercom shows.
        case when contexts.state <> 'closed' then turn_facts.open_wait_since_at end as open_wait_since_at,
        case when contexts.state <> 'closed' then turn_facts.open_wait_open_seconds end as open_wait_open_seconds,
    from event_facts
    inner join contexts
        on
            event_facts.workspace_id = contexts.workspace_id
            and event_facts.conversation_id = contexts.conversation_id
    left join handovers
        on
            event_facts.workspace_id = handovers.workspace_id
            and event_facts.conversation_id = handovers.conversation_id
    left join turn_facts
        on
            event_facts.workspace_id = turn_facts.workspace_id
            and event_facts.conversation_id = turn_facts.conversation_id
)

select * from final
