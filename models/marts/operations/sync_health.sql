-- one row per workspace and stream: how up to date and how complete the stream is
-- A view: it grows with every sync, and counts all conversations.
{{ config(materialized='versioned_view', meta={'logic_version': 3}) }}

with

loads as (
    select * from {{ ref('stg_intercom__loads') }}
),

rejected as (
    select * from {{ ref('stg_intercom__rejected') }}
),

synced_ranges as (
    select * from {{ ref('int_synced_ranges') }}
),

freshness as (
    select * from {{ ref('int_workspace_freshness') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

tickets as (
    select * from {{ ref('tickets') }}
),

staged_tickets as (
    select * from {{ ref('stg_intercom__tickets') }}
),

conversation_tickets as (
    select * from {{ ref('int_conversation_tickets') }}
),

office_hours_problems as (
    select * from {{ ref('int_office_hours_problems') }}
),

-- The cursor is the end of the unbroken run of windows from the beginning of the range that was asked for. Beyond a gap nothing is
-- known to be complete. A gap at the beginning leaves no cursor.
cursors as (
    select
        workspace_id,
        stream,
        covered_to_at as cursor_at,
    from synced_ranges
    where is_from_the_beginning
),

streams as (
    select
        workspace_id,
        stream,
        count(*) as loads,
        coalesce({{ sum_int('rows_count') }}, 0) as rows_loaded,
        coalesce(max(unseen_count), 0) as unseen,
        min(loaded_at) as first_loaded_at,
        max(loaded_at) as last_loaded_at,
    from loads
    group by workspace_id, stream
),

rejections as (
    select
        workspace_id,
        stream,
        count(distinct coalesce(record_id, payload_hash)) as records_rejected,
        max(loaded_at) as last_rejected_at,
    from rejected
    group by workspace_id, stream
),

-- Nobody reads a list of a thousand problems, so the text is cut.
office_hours as (
    select
        workspace_id,
        left(
            string_agg(distinct case when kind = 'time_zone' then problem end, ', ' order by case when kind = 'time_zone' then problem end),
            1000
        ) as unknown_time_zones,
        left(
            string_agg(
                distinct case when kind = 'hours' then concat('schedule ', office_hours_schedule_id, ': ', problem) end,
                '; '
                order by case when kind = 'hours' then concat('schedule ', office_hours_schedule_id, ': ', problem) end
            ),
            1000
        ) as ignored_office_hours,
    from office_hours_problems
    group by workspace_id
),

-- Intercom never showed the older parts of a thread that had more than 500 parts when first seen.
short_threads as (
    select
        conversations.workspace_id,
        {{ count_if('not conversation_metrics.is_thread_complete') }} as conversations_short_of_parts,
        coalesce({{ sum_int('case when not conversation_metrics.is_thread_complete '
            ~ 'then conversations.parts_total_count - conversation_metrics.count_parts end') }}, 0) as missing_parts,
    from conversations
    inner join conversation_metrics
        on
            conversations.workspace_id = conversation_metrics.workspace_id
            and conversations.conversation_id = conversation_metrics.conversation_id
    group by conversations.workspace_id
),

short_tickets as (
    select
        tickets.workspace_id,
        {{ count_if('not tickets.is_thread_complete') }} as tickets_short_of_parts,
        coalesce({{ sum_int('case when not tickets.is_thread_complete '
            ~ 'then staged_tickets.parts_total_count - tickets.count_parts end') }}, 0) as missing_parts,
    from tickets
    inner join staged_tickets
        on tickets.workspace_id = staged_tickets.workspace_id and tickets.ticket_id = staged_tickets.ticket_id
    group by tickets.workspace_id
),

-- Back-office and tracker tickets among the conversations are in no mart of conversations. Here they are counted.
internal_tickets as (
    select
        workspace_id,
        count(*) as tickets_left_out,
    from conversation_tickets
    where is_internal and not is_ticket_deleted
    group by workspace_id
),

final as (
    select
        streams.workspace_id,
        streams.stream,

        streams.loads,
        streams.rows_loaded,
        coalesce(rejections.records_rejected, 0) as records_rejected,
        streams.unseen,
        case
            when streams.stream = 'conversation_parts' then coalesce(short_threads.conversations_short_of_parts, 0)
        end as conversations_short_of_parts,
        case
            when streams.stream = 'ticket_parts' then coalesce(short_tickets.tickets_short_of_parts, 0)
        end as tickets_short_of_parts,
        case
            when streams.stream = 'conversation_parts' then coalesce(short_threads.missing_parts, 0)
            when streams.stream = 'ticket_parts' then coalesce(short_tickets.missing_parts, 0)
        end as missing_parts,
        case
            when streams.stream = 'conversations' then coalesce(internal_tickets.tickets_left_out, 0)
        end as tickets_left_out,
        case
            when cursors.cursor_at is not null
                then greatest({{ secs_between('cursors.cursor_at', 'freshness.data_as_of_at') }}, 0)
        end as cursor_lag_seconds,
        office_hours.unknown_time_zones,
        office_hours.ignored_office_hours,

        streams.first_loaded_at,
        streams.last_loaded_at,
        rejections.last_rejected_at,
        cursors.cursor_at,
        freshness.data_as_of_at,
        freshness.conversations_as_of_at,
    from streams
    left join rejections
        on streams.workspace_id = rejections.workspace_id and streams.stream = rejections.stream
    left join cursors
        on streams.workspace_id = cursors.workspace_id and streams.stream = cursors.stream
    left join freshness on streams.workspace_id = freshness.workspace_id
    left join short_threads on streams.workspace_id = short_threads.workspace_id
    left join short_tickets on streams.workspace_id = short_tickets.workspace_id
    left join internal_tickets on streams.workspace_id = internal_tickets.workspace_id
    left join office_hours on streams.workspace_id = office_hours.workspace_id
)

select * from final
