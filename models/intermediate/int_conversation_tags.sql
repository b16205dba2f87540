-- one row per conversation that Intercom still has and tag on it
with

conversations as (
    select * from {{ ref('int_conversations') }}
),

unnested as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        {{ json_id('tag', '$.id') }} as tag_id,
        {{ json_str('tag', '$.name') }} as tag_name,
        case
            when {{ json_str('tag', '$.applied_by.type') }} = 'admin' then {{ json_id('tag', '$.applied_by.id') }}
        end as applied_by_teammate_id,
        {{ ts_from_unix(json_int('tag', '$.applied_at')) }} as applied_at,
    from conversations
    {{ unnest_json('conversations.tags', '$', 'tag') }}
),

final as (
    select *
    from unnested
    where tag_id is not null and tag_name is not null
    qualify row_number() over (partition by workspace_id, conversation_id, tag_id order by applied_at desc) = 1
)

select * from final
