-- one row per office hours schedule and stretch of a UTC day in which it is open, or closed, throughout
with

versions as (
    select * from {{ ref('stg_intercom__office_hours_versions') }}
),

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
),

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

parts as (
    select * from {{ ref('stg_intercom__conversation_parts') }}
),

-- A workspace in which nothing has happened for days is known until later than its last conversation.
clocks as (
    select * from {{ ref('int_workspace_clocks') }}
),

instants as (
    select
        workspace_id,
        data_as_of_at as first_at,
        data_as_of_at as last_at,
    from clocks
    union all
    select
        workspace_id,
        created_at as first_at,
        greatest(updated_at, fetched_at) as last_at,
    from conversations
    union all
    select
        workspace_id,
        created_at as first_at,
        created_at as last_at,
    from parts
),

-- Two days on either side are more than any time zone is ahead of or behind UTC.
ranges as (
    select
        workspace_id,
        {{ add_days('cast(min(first_at) as date)', -2) }} as first_on,
        {{ add_days('cast(max(last_at) as date)', 2) }} as last_on,
    from instants
    group by workspace_id
),

given_versions as (
    select
        workspace_id,
        office_hours_schedule_id,
        version_number,
        time_zone_name,
        time_intervals,
        exceptions,
        is_twenty_four_seven,
        valid_from,
        valid_until,
    from versions
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        1 as version_number,
        '{{ var("office_hours_fallback").time_zone_name }}' as time_zone_name,
        {{ json_literal(var('office_hours_fallback').time_intervals or []) }} as time_intervals,
        {{ json_literal([]) }} as exceptions,
        {{ 'true' if var('office_hours_fallback').twenty_four_seven else 'false' }} as is_twenty_four_seven,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_until,
    from schedules
    where office_hours_schedule_id = 'fallback'
),

dated_versions as (
    select
        given_versions.*,
        ranges.first_on,
        ranges.last_on,
        {{ local_date('given_versions.valid_from', 'given_versions.time_zone_name') }} as valid_from_on,
        {{ local_date('given_versions.valid_until', 'given_versions.time_zone_name') }} as valid_until_on,
    from given_versions
    inner join ranges on given_versions.workspace_id = ranges.workspace_id
),

-- A day has one version's hours: those that held when it ended.
version_days as (
    select
        workspace_id,
        office_hours_schedule_id,
        version_number,
        time_zone_name,
        is_twenty_four_seven,
        local_day,
        cast(local_day as string) as local_day_text,
        {{ days_since_monday('local_day') }} * 1440 as week_minute_at_midnight,
    from dated_versions
    {{ unnest_days('first_on', 'last_on', 'local_day') }}
    where
        (valid_from_on is null or local_day >= valid_from_on)
        and (valid_until_on is null or local_day < valid_until_on)
),

all_exceptions as (
    select
        given_versions.workspace_id,
        given_versions.office_hours_schedule_id,
        given_versions.version_number,
        {{ json_str('exception', '$.id') }} as exception_id,
        {{ json_str('exception', '$.exception_date') }} as exception_day_text,
        {{ json_str('exception', '$.exception_type') }} as exception_type,
        coalesce({{ json_bool('exception', '$.recurring_annually') }}, false) as is_recurring_annually,
        {{ json_obj('exception', '$.time_intervals') }} as time_intervals,
    from given_versions
    {{ unnest_json('given_versions.exceptions', '$', 'exception') }}
),

-- Of several exceptions on a day the one for that very date counts, then the newest.
exception_days as (
    select
        version_days.workspace_id,
        version_days.office_hours_schedule_id,
        version_days.version_number,
        version_days.local_day,
        version_days.time_zone_name,
        all_exceptions.exception_type,
        all_exceptions.time_intervals,
    from version_days
    inner join all_exceptions
        on
            version_days.workspace_id = all_exceptions.workspace_id
            and version_days.office_hours_schedule_id = all_exceptions.office_hours_schedule_id
            and version_days.version_number = all_exceptions.version_number
            and (
                version_days.local_day_text = all_exceptions.exception_day_text
                or (
                    all_exceptions.is_recurring_annually
                    and substr(version_days.local_day_text, 6, 5) = substr(all_exceptions.exception_day_text, 6, 5)
                )
            )
    qualify
        row_number() over (
            partition by
                version_days.workspace_id,
                version_days.office_hours_schedule_id,
                version_days.version_number,
                version_days.local_day
            order by
                case when version_days.local_day_text = all_exceptions.exception_day_text then 0 else 1 end,
                length(all_exceptions.exception_id) desc,
                all_exceptions.exception_id desc
        ) = 1
),

regular_days as (
    select version_days.*
    from version_days
    left join exception_days
        on
            version_days.workspace_id = exception_days.workspace_id
            and version_days.office_hours_schedule_id = exception_days.office_hours_schedule_id
            and version_days.version_number = exception_days.version_number
            and version_days.local_day = exception_days.local_day
    where exception_days.local_day is null
),

exception_hours as (
    select
        exception_days.workspace_id,
        exception_days.office_hours_schedule_id,
        exception_days.local_day,
        exception_days.time_zone_name,
        {{ json_int('span', '$.start_minute') }} as from_minute,
        {{ json_int('span', '$.end_minute') }} as to_minute,
    from exception_days
    {{ unnest_json('exception_days.time_intervals', '$', 'span') }}
    where exception_days.exception_type = 'custom_hours'
),

weekly_spans as (
    select
        given_versions.workspace_id,
        given_versions.office_hours_schedule_id,
        given_versions.version_number,
        {{ json_int('span', '$.start_minute') }} as from_minute,
        {{ json_int('span', '$.end_minute') }} as to_minute,
    from given_versions
    {{ unnest_json('given_versions.time_intervals', '$', 'span') }}
    where not given_versions.is_twenty_four_seven
),

-- A span may run past midnight, and past Sunday's midnight into the week that begins: each day gets what falls on it.
weekly_spans_of_two_weeks as (
    select
        *,
        0 as shift_minutes,
    from weekly_spans
    union all
    select
        *,
        -10080 as shift_minutes,
    from weekly_spans
),

weekly_hours as (
    select
        regular_days.workspace_id,
        regular_days.office_hours_schedule_id,
        regular_days.local_day,
        regular_days.time_zone_name,
        greatest(
            weekly.from_minute + weekly.shift_minutes - regular_days.week_minute_at_midnight, 0
        ) as from_minute,
        least(
            weekly.to_minute + weekly.shift_minutes - regular_days.week_minute_at_midnight, 1440
        ) as to_minute,
    from regular_days
    inner join weekly_spans_of_two_weeks as weekly
        on
            regular_days.workspace_id = weekly.workspace_id
            and regular_days.office_hours_schedule_id = weekly.office_hours_schedule_id
            and regular_days.version_number = weekly.version_number
),

whole_days as (
    select
        workspace_id,
        office_hours_schedule_id,
        local_day,
        time_zone_name,
        0 as from_minute,
        1440 as to_minute,
    from regular_days
    where is_twenty_four_seven
),

local_hours as (
    select * from exception_hours
    union all
    select * from weekly_hours
    union all
    select * from whole_days
),

-- On the day when clocks go forward an hour that does not exist may end before it begins.
open_spans as (
    select
        workspace_id,
        office_hours_schedule_id,
        {{ wall_clock_to_utc('local_day', 'from_minute', 'time_zone_name') }} as opened_at,
        {{ wall_clock_to_utc('local_day', 'to_minute', 'time_zone_name') }} as closed_at,
    from local_hours
    where from_minute < to_minute
),

dated_schedules as (
    select
        schedules.workspace_id,
        schedules.office_hours_schedule_id,
        ranges.first_on,
        ranges.last_on,
    from schedules
    inner join ranges on schedules.workspace_id = ranges.workspace_id
),

schedule_days as (
    select
        workspace_id,
        office_hours_schedule_id,
        utc_day,
    from dated_schedules
    {{ unnest_days('first_on', 'last_on', 'utc_day') }}
),

-- +1 where a span opens, -1 where one closes: open is where more have opened than closed, however they overlap.
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
    where opened_at < closed_at
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        closed_at as changed_at,
        -1 as spans_opened,
    from open_spans
    where opened_at < closed_at
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
        -- Durations are differences of this: from when it counts does not matter, nor need anybody add up days.
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
