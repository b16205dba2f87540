-- one row per workspace and ticket type ever loaded; a type gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('ticket_types') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as ticket_type_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        {{ ticket_category(json_str(payload, '$.category')) }} as category,

        coalesce({{ json_bool(payload, '$.archived') }}, false) as is_archived,
        is_deleted,

        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
