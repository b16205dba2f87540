-- one row per workspace and collection or section ever loaded; one that is gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('collections') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as collection_id,
        {{ json_id(payload, '$.parent_id') }} as parent_collection_id,
        {{ json_id(payload, '$.help_center_id') }} as help_center_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        nullif({{ json_str(payload, '$.description') }}, '') as description,
        nullif({{ json_str(payload, '$.url') }}, '') as url,
        nullif({{ json_str(payload, '$.icon') }}, '') as icon,
        {{ json_count(payload, '$.order') }} as display_order,

        is_deleted,

        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
