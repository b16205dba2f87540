-- one row per workspace and attribute of contacts or companies ever defined; one gone from Intercom keeps its last definition
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('data_attributes') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as data_attribute_id,
        {{ json_id(payload, '$.id') }} as attribute_id,

        {{ json_str(payload, '$.model') }} as model,
        {{ json_str(payload, '$.name') }} as name,
        {{ json_str(payload, '$.full_name') }} as full_name,
        nullif({{ json_str(payload, '$.label') }}, '') as label,
        nullif({{ json_str(payload, '$.description') }}, '') as description,
        {{ json_str(payload, '$.data_type') }} as data_type,
        {{ json_texts(json_obj(payload, '$.options')) }} as option_labels,

        coalesce({{ json_bool(payload, '$.custom') }}, false) as is_custom,
        coalesce({{ json_bool(payload, '$.archived') }}, false) as is_archived,
        is_deleted,

        {{ json_time(payload, '$.created_at') }} as created_at,
        {{ json_time(payload, '$.updated_at') }} as updated_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
