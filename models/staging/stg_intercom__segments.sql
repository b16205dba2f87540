-- one row per workspace and segment ever loaded; a segment gone from Intercom keeps its last name
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('segments') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as segment_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        {{ json_str(payload, '$.person_type') }} as person_type,

        is_deleted,

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
