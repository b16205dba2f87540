-- one row per workspace and company ever loaded; a company gone from Intercom keeps its last known values
{{ config(cluster_by=['workspace_id', 'company_id']) }}
{%- set payload = json_document('payload') %}

with

last_known as (
    {{ last_known_rows('companies') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as company_id,
        nullif({{ json_str(payload, '$.company_id') }}, '') as external_id,

        nullif({{ json_str(payload, '$.name') }}, '') as name,
        {{ json_id(payload, '$.plan.id') }} as plan_id,
        nullif({{ json_str(payload, '$.plan.name') }}, '') as plan_name,
        nullif({{ json_str(payload, '$.industry') }}, '') as industry,
        nullif({{ json_str(payload, '$.website') }}, '') as website,
        {{ json_count(payload, '$.size') }} as employees_count,
        {{ json_count(payload, '$.user_count') }} as users_count,
        {{ json_count(payload, '$.session_count') }} as sessions_count,
        {{ json_float(payload, '$.monthly_spend') }} as monthly_spend,
        {{ json_obj(payload, '$.tags.tags') }} as tags,
        {{ json_obj(payload, '$.segments.segments') }} as segments,
        {{ json_obj(payload, '$.custom_attributes') }} as custom_attributes,

        is_deleted,

        created_at,
        updated_at,
        {{ json_time(payload, '$.remote_created_at') }} as remote_created_at,
        {{ json_time(payload, '$.last_request_at') }} as last_request_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

final as (
    select * from parsed
)

select * from final
