-- one row per human teammate, also those gone from Intercom; the column names say whose conversations count
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{{ config(materialized='versioned_view') }}
{%- set is_complete = 'time_to_resolution_after_customer_seconds is not null and is_first_contact_resolution is not null' %}

with

teammates as (
    select * from {{ ref('teammates') }}
),

admins as (
    select * from {{ ref('stg_intercom__admins') }}
),

teams as (
    select * from {{ ref('teams') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

conversation_teammates as (
    select * from {{ ref('int_conversation_teammates') }}
),

turns as (
    select * from {{ ref('int_conversation_turns') }}
),

memberships as (
    select
        admins.workspace_id,
        admins.teammate_id,
        {{ json_id('team', '$') }} as team_id,
    from {{ unnest_json('admins', 'team_ids', 'team') }}
),

team_lists as (
    select
        memberships.workspace_id,
        memberships.teammate_id,
        {{ sorted_list('coalesce(teams.name, memberships.team_id)') }} as team_names,
    from memberships
    left join teams on memberships.workspace_id = teams.workspace_id and memberships.team_id = teams.team_id
    where memberships.team_id is not null
    group by memberships.workspace_id, memberships.teammate_id
),

work as (
    select
        workspace_id,
        teammate_id,
        count(*) as conversations_taken_part_in,
        {{ sum_int('count_messages') }} as messages,
        {{ sum_int('count_notes') }} as notes,
        {{ sum_int('count_closes') }} as closes,
        min(first_event_at) as first_active_at,
        max(last_event_at) as last_active_at,
    from conversation_teammates
    group by workspace_id, teammate_id
),

reply_turns as (
    select * from turns
    where ended_by = 'reply'
),

ranked_replies as (
    {{ with_ranks('reply_turns', ['workspace_id', 'replied_by_teammate_id'], ['turn_seconds', 'turn_office_seconds']) }}
),

replies as (
    select
        workspace_id,
        replied_by_teammate_id as teammate_id,
        count(*) as replies,
        {{ percentiles('turn', 'time_to_reply', is_ranked=true) }}
    from ranked_replies
    group by workspace_id, replied_by_teammate_id
),

-- Counts of conversations leave out those that were merged into another. What a teammate did in such a conversation counts.
first_replied as (
    select * from conversation_metrics
    where first_reply_teammate_id is not null and not is_merged_away
),

ranked_first_replies as (
    {{ with_ranks(
        'first_replied',
        ['workspace_id', 'first_reply_teammate_id'],
        ['time_to_first_reply_seconds', 'time_to_first_reply_office_seconds'],
    ) }}
),

first_replies as (
    select
        workspace_id,
        first_reply_teammate_id as teammate_id,
        count(*) as first_replied_conversations,
        {{ percentiles('time_to_first_reply', 'time_to_first_reply', is_ranked=true) }}
    from ranked_first_replies
    group by workspace_id, first_reply_teammate_id
),

-- The teammate who closed a conversation, while it stays closed. Repeating the close of a closed conversation resolves nothing.
-- Nobody knows who made a close that Intercom never showed.
closed_by_teammates as (
    select * from conversation_metrics
    where closed_by_kind = 'teammate' and not is_merged_away
),

ranked_closes as (
    {{ with_ranks('closed_by_teammates', ['workspace_id', 'closed_by_id'], ranked_figures()) }}
),

closed_last as (
    select
        workspace_id,
        closed_by_id as teammate_id,
        count(*) as closed_conversations,
        avg(count_parts) as average_parts_of_closed,
        avg(rating) as average_rating_of_closed,
        {{ ranked_percentile('count_reopens', 50) }} as median_reopens_of_closed,
        {{ ranked_percentile('count_assignments', 50) }} as median_assignments_of_closed,
        count(time_to_resolution_after_customer_seconds) as customer_resolutions,
        {{ count_if(is_complete) }} as complete_resolutions,
        {{ count_if(is_complete ~ ' and is_first_contact_resolution') }} as first_contact_resolutions,
        {{ safe_share(count_if(is_complete ~ ' and is_first_contact_resolution'), count_if(is_complete)) }}
            as first_contact_resolution_rate,
        -- Before the customer wrote nobody waited, so a campaign's time starts there.
        {{ percentiles('time_to_resolution_after_customer', 'time_to_resolution', is_ranked=true) }}
    from ranked_closes
    group by workspace_id, closed_by_id
),

assigned as (
    select
        workspace_id,
        assigned_teammate_id as teammate_id,
        count(*) as assigned_conversations,
        {{ count_if("state <> 'closed'") }} as assigned_open_conversations,
        {{ count_if('open_wait_since_at is not null') }} as assigned_waiting_conversations,
    from conversation_metrics
    where assigned_teammate_id is not null and not is_merged_away
    group by workspace_id, assigned_teammate_id
),

-- A rating counts for the teammate whom Intercom names, who may not be the teammate who closed.
rated as (
    select
        workspace_id,
        rating_teammate_id as teammate_id,
        count(rating_requested_at) as ratings_requested,
        count(rating) as ratings_answered,
        {{ count_if('rating >= 4') }} as ratings_satisfied,
        {{ safe_share('count(rating)', 'count(rating_requested_at)') }} as rating_response_rate,
        {{ safe_share(count_if('rating >= 4'), 'count(rating)') }} as csat,
        avg(rating) as average_rating,
    from conversation_metrics
    where rating_teammate_id is not null
    group by workspace_id, rating_teammate_id
),

final as (
    select
        teammates.teammate_id,
        teammates.workspace_id,

        teammates.name as teammate_name,
        teammates.job_title,
        coalesce(team_lists.team_names, {{ empty_text_array() }}) as team_names,
        teammates.is_deleted,

        coalesce(work.conversations_taken_part_in, 0) as conversations_taken_part_in,
        coalesce(work.messages, 0) as messages,
        coalesce(work.notes, 0) as notes,
        coalesce(work.closes, 0) as closes,

        coalesce(replies.replies, 0) as replies,
        replies.p50_time_to_reply_seconds,
        replies.p50_time_to_reply_office_seconds,
        replies.p90_time_to_reply_seconds,
        replies.p90_time_to_reply_office_seconds,

        coalesce(first_replies.first_replied_conversations, 0) as first_replied_conversations,
        first_replies.p50_time_to_first_reply_seconds,
        first_replies.p50_time_to_first_reply_office_seconds,
        first_replies.p90_time_to_first_reply_seconds,
        first_replies.p90_time_to_first_reply_office_seconds,

        coalesce(closed_last.closed_conversations, 0) as closed_conversations,
        closed_last.average_parts_of_closed,
        closed_last.average_rating_of_closed,
        closed_last.median_reopens_of_closed,
        closed_last.median_assignments_of_closed,
        coalesce(closed_last.complete_resolutions, 0) as complete_resolutions,
        coalesce(closed_last.first_contact_resolutions, 0) as first_contact_resolutions,
        closed_last.first_contact_resolution_rate,
        coalesce(closed_last.customer_resolutions, 0) as customer_resolutions,
        closed_last.p50_time_to_resolution_seconds,
        closed_last.p50_time_to_resolution_office_seconds,
        closed_last.p90_time_to_resolution_seconds,
        closed_last.p90_time_to_resolution_office_seconds,

        coalesce(assigned.assigned_conversations, 0) as assigned_conversations,
        coalesce(assigned.assigned_open_conversations, 0) as assigned_open_conversations,
        coalesce(assigned.assigned_waiting_conversations, 0) as assigned_waiting_conversations,

        coalesce(rated.ratings_requested, 0) as ratings_requested,
        coalesce(rated.ratings_answered, 0) as ratings_answered,
        coalesce(rated.ratings_satisfied, 0) as ratings_satisfied,
        rated.rating_response_rate,
        rated.csat,
        rated.average_rating,

        work.first_active_at,
        work.last_active_at,
    from teammates
    left join team_lists
        on teammates.workspace_id = team_lists.workspace_id and teammates.teammate_id = team_lists.teammate_id
    left join work
        on teammates.workspace_id = work.workspace_id and teammates.teammate_id = work.teammate_id
    left join replies
        on teammates.workspace_id = replies.workspace_id and teammates.teammate_id = replies.teammate_id
    left join first_replies
        on teammates.workspace_id = first_replies.workspace_id and teammates.teammate_id = first_replies.teammate_id
    left join closed_last
        on teammates.workspace_id = closed_last.workspace_id and teammates.teammate_id = closed_last.teammate_id
    left join assigned
        on teammates.workspace_id = assigned.workspace_id and teammates.teammate_id = assigned.teammate_id
    left join rated
        on teammates.workspace_id = rated.workspace_id and teammates.teammate_id = rated.teammate_id
)

select * from final
