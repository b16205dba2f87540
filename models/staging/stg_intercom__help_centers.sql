-- one row per workspace and help center ever loaded; a help center gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('help_centers') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as help_center_id,

        nullif({{ json_str(payload, '$.display_name') }}, '') as name,
        nullif({{ json_str(payload, '$.identifier') }}, '') as identifier,
        nullif({{ json_str(payload, '$.url') }}, '') as url,

        is_deleted,
        {{ json_bool(payload, '$.website_turned_on') }} as is_website_turned_on,

        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
