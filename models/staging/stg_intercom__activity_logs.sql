-- one row per workspace and entry of the activity log that says whether a teammate is away or busy
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('activity_logs') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as activity_id,
        {{ json_id(payload, '$.performed_by.id') }} as teammate_id,

        {{ json_str(payload, '$.activity_type') }} as activity_type,
        {{ json_str(payload, '$.metadata.new_state') }} as new_state,

        {{ json_bool(payload, '$.metadata.away_mode') }} as is_away,

        created_at,
        _fetched_at as fetched_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
    where activity_type in ('admin_away_mode_change', 'admin_occupancy_state_change')
)

select * from final
