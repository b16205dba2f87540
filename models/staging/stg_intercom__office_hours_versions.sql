-- one row per version of an office hours schedule: its hours, and the time in which they held
{{ config(meta={'compares_rows': true}) }}
{%- set payload = json_document('payload') %}

with

complete as (
    {{ complete_rows('office_hours_schedules') }}
),

-- A schedule gone from Intercom keeps its last hours, so that figures measured by them stay.
versions as (
    select
        *,
        lag(_fetched_at) over (partition by _workspace_id, id order by _fetched_at, _loaded_at) as previous_fetched_at,
        row_number() over (partition by _workspace_id, id order by _fetched_at, _loaded_at) as version_number,
        count(*) over (partition by _workspace_id, id) as versions_count,
    from complete
    where not coalesce({{ json_bool('payload', '$.deleted') }}, false)
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as office_hours_schedule_id,
        version_number,

        versions_count,
        {{ json_str(payload, '$.time_zone_name') }} as time_zone_name,
        {{ json_obj(payload, '$.time_intervals') }} as time_intervals,
        {{ json_obj(payload, '$.office_hours_exceptions') }} as exceptions,

        coalesce({{ json_bool(payload, '$.twenty_four_seven') }}, false) as is_twenty_four_seven,

        -- The first version is taken to have always held. A later version holds from its updated_at. Where that time does not lie
        -- between the two fetches (only an exception was added), the version holds from when it was first seen.
        case
            when version_number = 1 then null
            when updated_at > previous_fetched_at and updated_at <= _fetched_at then updated_at
            else _fetched_at
        end as valid_from,
    from {{ parsed_once('versions', payload) }}
),

final as (
    select
        *,
        lead(valid_from) over (partition by workspace_id, office_hours_schedule_id order by version_number) as valid_until,
    from parsed
)

select * from final
