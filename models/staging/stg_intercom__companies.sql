-- one row per workspace and company ever loaded; a company gone from Intercom keeps its last known values
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'company_id'],
    cluster_by=['workspace_id', 'company_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'companies'), {'workspace_id': '_workspace_id', 'company_id': 'id'}) }}",
) }}
{%- set payload = json_document('payload') %}
{%- set values = [
    'external_id', 'name', 'plan_id', 'plan_name', 'industry', 'website', 'employees_count', 'users_count', 'sessions_count',
    'monthly_spend', 'tags', 'segments', 'custom_attributes', 'is_tombstone', 'created_at', 'updated_at', 'remote_created_at',
    'last_request_at', 'fetched_at', 'loaded_at',
] %}

with

loaded as (
    {{ complete_rows('companies', last_load_taken_in()) }}
),

seen as (
    select
        *,
        coalesce({{ json_bool('payload', '$.deleted') }}, false) as is_tombstone,
    from loaded
    where {{ loaded_since('_loaded_at', last_load_taken_in()) }}
),

-- The newest row of a company, which may be a tombstone.
newest as (
    select
        _workspace_id as workspace_id,
        id as company_id,
        is_tombstone as is_deleted,
        _fetched_at as seen_at,
        _loaded_at as seen_loaded_at,
    from seen
    where true
    qualify row_number() over (partition by _workspace_id, id order by _fetched_at desc, _loaded_at desc) = 1
),

-- The newest row that says more than that the company is gone.
last_known as (
    select *
    from seen
    where true
    qualify
        row_number() over (
            partition by _workspace_id, id
            order by case when is_tombstone then 1 else 0 end asc, _fetched_at desc, _loaded_at desc
        ) = 1
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

        is_tombstone,

        created_at,
        updated_at,
        {{ json_time(payload, '$.remote_created_at') }} as remote_created_at,
        {{ json_time(payload, '$.last_request_at') }} as last_request_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from {{ parsed_once('last_known', payload) }}
),

{% if is_update() -%}
    -- A load that was late brings neither older values nor an older sign of deletion back.
    compared as (
        select
            parsed.*,
            built.company_id is null
            or (
                case
                    when parsed.is_tombstone = built.is_tombstone
                        then {{ is_later('parsed.fetched_at', 'parsed.loaded_at', 'built.fetched_at', 'built.loaded_at') }}
                    else built.is_tombstone
                end
            ) as has_news,
            newest.is_deleted,
            newest.seen_at,
            newest.seen_loaded_at,
            {%- for value in values %}
                built.{{ value }} as built_{{ value }},
            {%- endfor %}
            built.is_deleted as built_is_deleted,
            built.seen_at as built_seen_at,
            built.seen_loaded_at as built_seen_loaded_at,
            built.company_id is null
            or {{ is_later('newest.seen_at', 'newest.seen_loaded_at', 'built.seen_at', 'built.seen_loaded_at') }} as is_seen_later,
        from parsed
        inner join newest
            on parsed.workspace_id = newest.workspace_id and parsed.company_id = newest.company_id
        left join {{ this }} as built
            on parsed.workspace_id = built.workspace_id and parsed.company_id = built.company_id
    ),

    final as (
        select
            workspace_id,
            company_id,
            {%- for value in values %}
                case when has_news then {{ value }} else built_{{ value }} end as {{ value }},
            {%- endfor %}
            {%- for value in ['is_deleted', 'seen_at', 'seen_loaded_at'] %}
                case when is_seen_later then {{ value }} else built_{{ value }} end as {{ value }},
            {%- endfor %}
        from compared
        where has_news or is_seen_later
    )
{%- else -%}
    final as (
        select
            parsed.*,
            newest.is_deleted,
            newest.seen_at,
            newest.seen_loaded_at,
        from parsed
        inner join newest
            on parsed.workspace_id = newest.workspace_id and parsed.company_id = newest.company_id
    )
{%- endif %}

select * from final
