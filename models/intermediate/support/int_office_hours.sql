-- one row per office hours schedule and stretch of a UTC day that is open or closed throughout
{{ config(meta={'compares_rows': true}, cluster_by=['workspace_id', 'office_hours_schedule_id', 'utc_day']) }}

with

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
),

open_spans as (
    select * from {{ ref('int_office_hours_spans') }}
),

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

dated_schedules as (
    select
        schedules.workspace_id,
        schedules.office_hours_schedule_id,
        {{ office_clock_end('workspace_dates') }} as last_on,
    from schedules
    inner join workspace_dates on schedules.workspace_id = workspace_dates.workspace_id
),

-- The first day never changes, so that open seconds of an earlier build stay comparable, also after older conversations came in.
schedule_days as (
    select
        workspace_id,
        office_hours_schedule_id,
        utc_day,
    from dated_schedules
    {{ unnest_days(office_clock_start(), 'last_on', 'utc_day') }}
),

-- A span adds 1 when it opens and -1 when it closes. The schedule is open where the sum is above 0, however spans overlap.
changes as (
    select
        workspace_id,
        office_hours_schedule_id,
        {{ wall_clock_to_utc('utc_day', '0', "'UTC'") }} as changed_at,
        0 as spans_opened,
    from schedule_days
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        opened_at as changed_at,
        1 as spans_opened,
    from open_spans
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        closed_at as changed_at,
        -1 as spans_opened,
    from open_spans
),

change_instants as (
    select
        workspace_id,
        office_hours_schedule_id,
        changed_at,
        sum(spans_opened) as spans_opened,
    from changes
    group by workspace_id, office_hours_schedule_id, changed_at
),

stretches as (
    select
        workspace_id,
        office_hours_schedule_id,
        changed_at as stretch_from,
        lead(changed_at) over (
            partition by workspace_id, office_hours_schedule_id order by changed_at
        ) as stretch_to,
        sum(spans_opened) over (
            partition by workspace_id, office_hours_schedule_id order by changed_at
            rows between unbounded preceding and current row
        ) > 0 as is_open,
    from change_instants
),

final as (
    select
        workspace_id,
        office_hours_schedule_id,
        cast(stretch_from as date) as utc_day,
        stretch_from,
        stretch_to,
        is_open,
        -- Durations are differences of this sum, so its start does not matter.
        coalesce(
            {{ sum_int(
                "case when is_open then " ~ secs_between('stretch_from', 'stretch_to') ~ " else 0 end",
                over='over (
                    partition by workspace_id, office_hours_schedule_id order by stretch_from
                    rows between unbounded preceding and 1 preceding
                )',
            ) }},
            0
        ) as open_seconds_before,
    from stretches
    where stretch_to is not null
)

select * from final
