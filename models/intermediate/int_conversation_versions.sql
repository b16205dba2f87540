-- one row per conversation that Intercom still has: from what everything that is derived from it alone is built
with

conversations as (
    select * from {{ ref('int_conversations') }}
),

parts as (
    select * from {{ ref('stg_intercom__conversation_parts') }}
),

threads as (
    select
        workspace_id,
        conversation_id,
        max(thread_rows) as thread_rows,
    from parts
    group by workspace_id, conversation_id
),

final as (
    select
        conversations.workspace_id,
        conversations.conversation_id,
        coalesce(threads.thread_rows, 0) as thread_rows,
        concat(
            cast(conversations.conversation_rows as string), ' ',
            cast(coalesce(threads.thread_rows, 0) as string), ' ',
            conversations.office_hours_schedule_id, ' ',
            conversations.office_hours_version
        ) as built_from,
    from conversations
    left join threads
        on
            conversations.workspace_id = threads.workspace_id
            and conversations.conversation_id = threads.conversation_id
)

select * from final
