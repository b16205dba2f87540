-- one row per workspace: the time up to which its data are known (Intercom's clock)
with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

loads as (
    select * from {{ ref('stg_intercom__loads') }}
),

instants as (
    select
        workspace_id,
        fetched_at as known_at,
    from conversations
    union all
    select
        workspace_id,
        window_to_at as known_at,
    from loads
    where stream = 'conversations' and window_to_at is not null
),

final as (
    select
        workspace_id,
        max(known_at) as data_as_of_at,
    from instants
    group by workspace_id
)

select * from final
