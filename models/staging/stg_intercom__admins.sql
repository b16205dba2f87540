-- one row per workspace and teammate ever loaded; a teammate gone from Intercom keeps the last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('admins') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as teammate_id,
        {{ json_id(payload, '$.away_status_reason_id') }} as away_status_reason_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        nullif({{ json_str(payload, '$.email') }}, '') as email,
        nullif({{ json_str(payload, '$.job_title') }}, '') as job_title,
        nullif({{ json_str(payload, '$.role.name') }}, '') as role_name,
        {{ json_obj(payload, '$.team_ids') }} as team_ids,

        is_deleted,
        {{ json_bool(payload, '$.has_inbox_seat') }} as is_inbox_seat_holder,
        {{ json_bool(payload, '$.away_mode_enabled') }} as is_away,
        {{ json_bool(payload, '$.away_mode_reassign') }} as is_away_reassigning,

        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
