-- one row per workspace and team ever loaded; a team gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('teams') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as team_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        {{ json_str(payload, '$.distribution_method') }} as distribution_method,
        {{ json_count(payload, '$.assignment_limit') }} as assignment_limit,
        {{ json_length(payload, '$.admin_ids') }} as teammates_count,
        {{ json_obj(payload, '$.admin_ids') }} as teammate_ids,

        is_deleted,

        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
