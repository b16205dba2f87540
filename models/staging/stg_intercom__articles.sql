-- one row per workspace and article ever loaded; an article gone from Intercom keeps its last known values
{%- set payload = json_document('payload') %}
with

last_known as (
    {{ last_known_rows('articles') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as article_id,
        {{ json_id(payload, '$.author_id') }} as author_teammate_id,

        nullif({{ json_str(payload, '$.title') }}, '') as title,
        nullif({{ json_str(payload, '$.description') }}, '') as description,
        nullif({{ json_str(payload, '$.body') }}, '') as body_html,
        {{ json_str(payload, '$.type') }} as article_type,
        {{ json_str(payload, '$.state') }} as state,
        nullif({{ json_str(payload, '$.url') }}, '') as url,
        {{ json_str(payload, '$.default_locale') }} as default_locale,
        {{ json_obj(payload, '$.parent_ids') }} as parent_ids,
        {{ json_count(payload, '$.statistics.views') }} as views,
        -- Older answers name the conversations by their name.
        coalesce(
            {{ json_count(payload, '$.statistics.conversions') }}, {{ json_count(payload, '$.statistics.conversations') }}
        ) as conversations_started,
        {{ json_count(payload, '$.statistics.reactions') }} as reactions,
        {{ json_float(payload, '$.statistics.happy_reaction_percentage') }} as happy_reaction_percentage,
        {{ json_float(payload, '$.statistics.neutral_reaction_percentage') }} as neutral_reaction_percentage,
        {{ json_float(payload, '$.statistics.sad_reaction_percentage') }} as sad_reaction_percentage,
        {{ json_count(payload, '$.statistics.fin_involvements') }} as fin_involvements,
        {{ json_count(payload, '$.statistics.fin_resolutions') }} as fin_resolutions,
        {{ json_float(payload, '$.statistics.fin_resolution_rate') }} as fin_resolution_percentage,

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
