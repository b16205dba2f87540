-- one row per workspace, stream and unbroken range of `updated_at` in which syncs looked for every changed conversation or ticket
{{ config(meta={'logic_version': 2}) }}

with

loads as (
    select * from {{ ref('stg_intercom__loads') }}
    where stream in ('conversations', 'tickets')
),

windows as (
    select
        workspace_id,
        stream,
        window_from_at,
        window_to_at,
        max(window_to_at) over (
            partition by workspace_id, stream order by window_from_at, window_to_at
            rows between unbounded preceding and 1 preceding
        ) as covered_before_at,
    from loads
    where window_from_at is not null and window_to_at is not null
),

-- A window includes both its ends, so a window that begins a second after another's end continues it.
numbered as (
    select
        *,
        {{ sum_int(
            'case when ' ~ secs_between('covered_before_at', 'window_from_at') ~ ' > 1 then 1 else 0 end',
            over='over (
                partition by workspace_id, stream order by window_from_at, window_to_at
                rows between unbounded preceding and current row
            )',
        ) }} as gaps_before,
    from windows
),

stretches as (
    select
        workspace_id,
        stream,
        gaps_before + 1 as stretch_number,
        min(window_from_at) as covered_from_at,
        max(window_to_at) as covered_to_at,
    from numbered
    group by workspace_id, stream, gaps_before
),

-- A filtered run covers nothing, and has no range.
ranges as (
    select
        workspace_id,
        stream,
        min(range_from_at) as range_from_at,
    from loads
    group by workspace_id, stream
),

final as (
    select
        stretches.workspace_id,
        stretches.stream,
        stretches.stretch_number,
        coalesce(stretches.covered_from_at <= ranges.range_from_at, false) as is_from_the_beginning,
        stretches.covered_from_at,
        stretches.covered_to_at,
    from stretches
    inner join ranges on stretches.workspace_id = ranges.workspace_id and stretches.stream = ranges.stream
)

select * from final
