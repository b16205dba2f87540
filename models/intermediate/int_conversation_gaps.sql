-- one row per event of a conversation with parts that Intercom never showed: on which side of them it is
{{ config(cluster_by=['workspace_id', 'conversation_id']) }}
{#- GET /conversations/{id} shows no more of a thread than its most recent parts, this many. -#}
{%- set parts_shown_max = 500 %}

with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

parts as (
    select * from {{ ref('stg_intercom__conversation_parts') }}
),

-- From the raw table: each retrieval shows parts of a thread, and staging keeps the newest sight of each alone.
sights as (
    {{ complete_rows('conversation_parts') }}
),

part_counts as (
    select
        workspace_id,
        conversation_id,
        count(*) as parts_count,
        max(fetched_at) as last_seen_at,
    from parts
    group by workspace_id, conversation_id
),

-- A shorter thread whose parts were rejected is short of them as well: those were shown, and no gap is to be looked for.
short_threads as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        part_counts.last_seen_at,
    from conversations
    inner join part_counts
        on
            conversations.workspace_id = part_counts.workspace_id
            and conversations.conversation_id = part_counts.conversation_id
    where
        part_counts.parts_count < conversations.parts_total_count
        and conversations.parts_total_count > {{ parts_shown_max }}
),

sights_of_short_threads as (
    select
        short_threads.workspace_id,
        short_threads.conversation_id,
        sights.id as event_id,
        sights._fetched_at as seen_at,
        sights._fetched_at = short_threads.last_seen_at as is_last_sight,
        min(sights._fetched_at) over (
            partition by short_threads.workspace_id, short_threads.conversation_id, sights.id
        ) as first_seen_at,
    from sights
    inner join short_threads
        on
            sights._workspace_id = short_threads.workspace_id
            and sights.conversation_id = short_threads.conversation_id
),

-- Where a retrieval shows as many parts as it can, or fewer than there are, and none of them was known, others were never shown.
retrievals as (
    select
        workspace_id,
        conversation_id,
        seen_at,
        min(first_seen_at) = seen_at
        and (count(distinct event_id) >= {{ parts_shown_max }} or {{ count_if('is_last_sight') }} > 0) as is_after_gap,
    from sights_of_short_threads
    group by workspace_id, conversation_id, seen_at
),

gaps as (
    select
        workspace_id,
        conversation_id,
        min(case when is_after_gap then seen_at end) as first_gap_at,
        max(case when is_after_gap then seen_at end) as last_gap_at,
    from retrievals
    group by workspace_id, conversation_id
),

seen_parts as (
    select distinct
        workspace_id,
        conversation_id,
        event_id,
        first_seen_at,
    from sights_of_short_threads
),

final as (
    select
        workspace_id,
        conversation_id,
        'opening' as event_id,
        false as is_after_gap,
        true as is_before_gap,
    from gaps
    where first_gap_at is not null
    union all
    select
        seen_parts.workspace_id,
        seen_parts.conversation_id,
        seen_parts.event_id,
        seen_parts.first_seen_at >= gaps.first_gap_at as is_after_gap,
        seen_parts.first_seen_at < gaps.last_gap_at as is_before_gap,
    from seen_parts
    inner join gaps
        on seen_parts.workspace_id = gaps.workspace_id and seen_parts.conversation_id = gaps.conversation_id
    where gaps.first_gap_at is not null
)

select * from final
