-- one row per time zone, interval or exception in a current office hours schedule that cannot be read and is left out
{#- The problem quotes what Intercom sent, so that you can find it in Intercom; the quote is cut. #}
{%- set characters_max = 60 %}

with

versions as (
    select * from {{ ref('stg_intercom__office_hours_versions') }}
    where version_number = versions_count
),

schedules as (
    select * from {{ ref('stg_intercom__office_hours_schedules') }}
),

current_versions as (
    select versions.*
    from versions
    inner join schedules
        on
            versions.workspace_id = schedules.workspace_id
            and versions.office_hours_schedule_id = schedules.office_hours_schedule_id
    where not schedules.is_deleted
),

unknown_zones as (
    select
        workspace_id,
        office_hours_schedule_id,
        'time_zone' as kind,
        left(coalesce(nullif(time_zone_name, ''), 'none'), {{ characters_max }}) as problem,
    from current_versions
    where {{ time_zone_of('time_zone_name') }} is null
),

weekly_intervals as (
    select
        current_versions.workspace_id,
        current_versions.office_hours_schedule_id,
        {{ json_str('span', '$.start_minute') }} as from_text,
        {{ json_str('span', '$.end_minute') }} as to_text,
        {{ is_weekly_interval(json_int('span', '$.start_minute'), json_int('span', '$.end_minute')) }} as is_understood,
    from {{ unnest_json('current_versions', 'time_intervals', 'span') }}
    where not current_versions.is_twenty_four_seven
),

exceptions as (
    select
        current_versions.workspace_id,
        current_versions.office_hours_schedule_id,
        {{ json_str('exception', '$.exception_date') }} as day_text,
        {{ json_str('exception', '$.exception_type') }} as exception_type,
        {{ json_obj('exception', '$.time_intervals') }} as time_intervals,
        {{ is_exception(json_str('exception', '$.exception_date'), json_str('exception', '$.exception_type')) }} as is_understood,
    from {{ unnest_json('current_versions', 'exceptions', 'exception') }}
),

daily_intervals as (
    select
        exceptions.workspace_id,
        exceptions.office_hours_schedule_id,
        exceptions.day_text,
        {{ json_str('span', '$.start_minute') }} as from_text,
        {{ json_str('span', '$.end_minute') }} as to_text,
        {{ is_daily_interval(json_int('span', '$.start_minute'), json_int('span', '$.end_minute')) }} as is_understood,
    from {{ unnest_json('exceptions', 'time_intervals', 'span') }}
    where exceptions.is_understood and exceptions.exception_type = 'custom_hours'
),

-- A schedule may have no hours at all, but every duration in its office hours is then 0.
never_open as (
    select
        current_versions.workspace_id,
        current_versions.office_hours_schedule_id,
    from current_versions
    left join weekly_intervals
        on
            current_versions.workspace_id = weekly_intervals.workspace_id
            and current_versions.office_hours_schedule_id = weekly_intervals.office_hours_schedule_id
            and weekly_intervals.is_understood
    where not current_versions.is_twenty_four_seven and weekly_intervals.workspace_id is null
),

final as (
    select * from unknown_zones
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        'hours' as kind,
        concat(
            'interval ', left(coalesce(from_text, '?'), {{ characters_max }}), ' to ', left(coalesce(to_text, '?'), {{ characters_max }})
        ) as problem,
    from weekly_intervals
    where not is_understood
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        'hours' as kind,
        concat(
            'exception on ', left(coalesce(day_text, '?'), {{ characters_max }}),
            ' of type ', left(coalesce(exception_type, '?'), {{ characters_max }})
        ) as problem,
    from exceptions
    where not is_understood
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        'hours' as kind,
        concat(
            'interval ', left(coalesce(from_text, '?'), {{ characters_max }}), ' to ', left(coalesce(to_text, '?'), {{ characters_max }}),
            ' on ', day_text
        ) as problem,
    from daily_intervals
    where not is_understood
    union all
    select
        workspace_id,
        office_hours_schedule_id,
        'hours' as kind,
        'no hours' as problem,
    from never_open
)

select * from final
