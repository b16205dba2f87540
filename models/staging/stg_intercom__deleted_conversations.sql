-- one row per workspace and conversation that Intercom listed as deleted or answered 404 for: the latest evidence
{{ config(cluster_by=['workspace_id', 'conversation_id']) }}

with

latest_evidence as (
    {{ current_rows('deleted_conversations', 'coalesce(deleted_at, _fetched_at) desc, _fetched_at desc, _loaded_at desc') }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,

        {{ json_bool('payload', '$.metrics_retained') }} as is_metrics_retained,

        deleted_at,
        -- A 404 says only that the conversation was gone at the time of the request.
        coalesce(deleted_at, _fetched_at) as known_deleted_at,
        _fetched_at as fetched_at,
        _loaded_at as loaded_at,
    from latest_evidence
),

final as (
    select * from parsed
)

select * from final
