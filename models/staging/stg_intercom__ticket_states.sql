-- one row per workspace and ticket state ever loaded; a state gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('ticket_states') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as ticket_state_id,

        {{ json_str(payload, '$.category') }} as category,
        nullif({{ json_str(payload, '$.internal_label') }}, '') as internal_label,
        nullif({{ json_str(payload, '$.external_label') }}, '') as external_label,

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
