-- one row per workspace and office hours schedule ever loaded; a schedule gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('office_hours_schedules') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as office_hours_schedule_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        {{ json_str(payload, '$.time_zone_name') }} as time_zone_name,
        {{ json_obj(payload, '$.time_intervals') }} as time_intervals,
        {{ json_obj(payload, '$.office_hours_exceptions') }} as office_hours_exceptions,

        is_deleted,
        coalesce({{ json_bool(payload, '$.twenty_four_seven') }}, false) as is_twenty_four_seven,

        created_at,
        updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
