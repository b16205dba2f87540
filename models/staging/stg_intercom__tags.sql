-- one row per workspace and tag ever loaded; a tag gone from Intercom keeps its last name
with

last_known as (
    {{ last_known_rows('tags') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as tag_id,

        nullif({{ json_str('payload', '$.name') }}, '') as name,

        is_deleted,

        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from last_known
),

final as (
    select * from parsed
)

select * from final
