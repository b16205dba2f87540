-- one row per conversation, count of reopenings and time of a last close that Intercom ever recorded while it was closed
{{ config(
    materialized='incremental',
    unique_key=['workspace_id', 'conversation_id', 'reopens_before', 'closed_at'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'conversations'), {'workspace_id': '_workspace_id', 'conversation_id': 'id'}, month='conversation_created_at') }}",
) }}

with

-- Every version, not only the newest: Intercom's record of the last close moves when a close is repeated.
closed_versions as (
    select
        *,
        {{ json_obj('payload', '$.statistics') }} as statistics,
    from ({{ complete_rows('conversations') }}) as complete
    where state = 'closed' and {{ loaded_since() }}
),

parsed as (
    select
        _workspace_id as workspace_id,
        id as conversation_id,
        {{ ts_from_unix(json_int('statistics', '$.last_close_at')) }} as closed_at,
        -- A null in a key is equal to nothing.
        coalesce({{ json_int('statistics', '$.count_reopens') }}, -1) as reopens_before,
        created_at,
        _loaded_at,
    from closed_versions
),

final as (
    select
        workspace_id,
        conversation_id,
        reopens_before,
        closed_at,
        min(created_at) as conversation_created_at,
        max(_loaded_at) as loaded_at,
    from parsed
    where closed_at is not null
    group by workspace_id, conversation_id, reopens_before, closed_at
)

select * from final
