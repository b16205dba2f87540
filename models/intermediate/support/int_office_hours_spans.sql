-- one row per office hours schedule and span of time in which it is open; spans may overlap
{{ config(meta={'compares_rows': true}, cluster_by=['workspace_id', 'office_hours_schedule_id']) }}

with

versions as (
    select * from {{ ref('stg_intercom__office_hours_versions') }}
),

schedules as (
    select * from {{ ref('int_office_hours_schedules') }}
),

workspace_dates as (
    select * from {{ ref('int_workspace_dates') }}
),

known_zones as (
    select
        workspace_id,
        office_hours_schedule_id,
        version_number,
        {{ time_zone_of('time_zone_name') }} as time_zone_name,
    from versions
),

-- The last time zone of the workspace's own schedule. Hours in an unknown zone count as hours in this zone.
workspace_zones as (
    select
        known_zones.workspace_id,
        {{ last_by('known_zones.time_zone_name', 'known_zones.version_number') }} as time_zone_name,
    from known_zones
    inner join schedules
        on
            known_zones.workspace_id = schedules.workspace_id
            and known_zones.office_hours_schedule_id = schedules.office_hours_schedule_id
    where schedules.is_default
    group by known_zones.workspace_id
),

given_versions as (
    select
        versions.workspace_id,
        versions.office_hours_schedule_id,
        versions.version_number,
        coalesce(known_zones.time_zone_name, workspace_zones.time_zone_name, 'UTC') as time_zone_name,
        versions.time_intervals,
        versions.exceptions,
        versions.is_twenty_four_seven,
        versions.valid_from,
    from versions
    inner join known_zones
        on
            versions.workspace_id = known_zones.workspace_id
            and versions.office_hours_schedule_id = known_zones.office_hours_schedule_id
            and versions.version_number = known_zones.version_number
    left join workspace_zones on versions.workspace_id = workspace_zones.workspace_id
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        1 as version_number,
        {{ time_zone_literal('office_hours_fallback.time_zone_name', var('office_hours_fallback').time_zone_name) }} as time_zone_name,
        {{ json_literal(var('office_hours_fallback').time_intervals or []) }} as time_intervals,
        {{ json_literal([]) }} as exceptions,
        {{ 'true' if var('office_hours_fallback').twenty_four_seven else 'false' }} as is_twenty_four_seven,
        cast(null as timestamp) as valid_from,
    from schedules
    where office_hours_schedule_id = 'fallback'
),

versions_from as (
    select
        given_versions.*,
        {{ office_clock_end('workspace_dates') }} as last_on,
        {{ local_date('given_versions.valid_from', 'given_versions.time_zone_name') }} as valid_from_on,
    from given_versions
    inner join workspace_dates on given_versions.workspace_id = workspace_dates.workspace_id
),

-- A version ends where the next begins, by the next version's time zone. By its own, a changed time zone would leave a day
-- without hours, or give a day to both versions.
dated_versions as (
    select
        *,
        lead(valid_from_on) over (
            partition by workspace_id, office_hours_schedule_id order by version_number
        ) as valid_until_on,
    from versions_from
),

-- A day has the hours of one version: the version that held when the day ended.
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
    {{ unnest_days(office_clock_start(), 'last_on', 'local_day') }}
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
    from {{ unnest_json('given_versions', 'exceptions', 'exception') }}
    where {{ is_exception(json_str('exception', '$.exception_date'), json_str('exception', '$.exception_type')) }}
),

-- Where a day has several exceptions, the exception for this date counts before a yearly one, then the newest.
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
    from {{ unnest_json('exception_days', 'time_intervals', 'span') }}
    where exception_days.exception_type = 'custom_hours'
),

sent_spans as (
    select
        given_versions.workspace_id,
        given_versions.office_hours_schedule_id,
        given_versions.version_number,
        {{ json_int('span', '$.start_minute') }} as from_minute,
        {{ json_int('span', '$.end_minute') }} as to_minute,
    from {{ unnest_json('given_versions', 'time_intervals', 'span') }}
    where not given_versions.is_twenty_four_seven
),

-- From Sunday night to Monday morning a span ends before it begins, counted within one week. Invalid minutes are left out, because
-- greatest() and least() treat them differently on the two engines.
weekly_spans as (
    select
        workspace_id,
        office_hours_schedule_id,
        version_number,
        from_minute,
        case when to_minute < from_minute then to_minute + 10080 else to_minute end as to_minute,
    from sent_spans
    where {{ is_weekly_interval('from_minute', 'to_minute') }}
),

-- A span may run past midnight, also from Sunday into Monday. Each day gets the part that falls on it.
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
    where {{ is_daily_interval('from_minute', 'to_minute') }}
    union all
    select * from weekly_hours
    union all
    select * from whole_days
),

-- On the day when clocks go forward, a span in the missing hour may end before it begins.
open_spans as (
    select
        workspace_id,
        office_hours_schedule_id,
        {{ wall_clock_to_utc('local_day', 'from_minute', 'time_zone_name') }} as opened_at,
        {{ wall_clock_to_utc('local_day', 'to_minute', 'time_zone_name') }} as closed_at,
    from local_hours
    where from_minute < to_minute
),

final as (
    select * from open_spans
    where opened_at < closed_at
)

select * from final
