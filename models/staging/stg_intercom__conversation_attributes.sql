-- one row per workspace and attribute of conversations ever defined; an attribute gone from Intercom keeps its last definition
{{ config(meta={'compares_rows': true}) }}
{%- set payload = json_document('payload') %}

with

last_known as (
    {{ last_known_rows('conversation_attributes') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as attribute_id,

        {{ json_str(payload, '$.name') }} as name,
        nullif({{ json_str(payload, '$.description') }}, '') as description,
        {{ json_str(payload, '$.data_type') }} as data_type,
        {{ json_fields_of(payload, '$.options', 'id') }} as option_ids,
        {{ json_fields_of(payload, '$.options', 'label') }} as option_labels,

        {{ json_bool(payload, '$.required') }} as is_required,
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
