-- one row per workspace: the times up to which its data, its conversations and its tickets are known (Intercom's clock)
{{ config(meta={'logic_version': 2}) }}

with

conversations as (
    select * from {{ ref('stg_intercom__conversations') }}
),

tickets as (
    select * from {{ ref('stg_intercom__tickets') }}
),

loads as (
    select * from {{ ref('stg_intercom__loads') }}
),

instants as (
    select
        workspace_id,
        'conversations' as stream,
        fetched_at as known_at,
    from conversations
    union all
    select
        workspace_id,
        'tickets' as stream,
        fetched_at as known_at,
    from tickets
    union all
    select
        workspace_id,
        stream,
        window_to_at as known_at,
    from loads
    where stream in ('conversations', 'tickets') and window_to_at is not null
),

-- A sync of tickets alone says nothing of conversations: days without a known conversation would look like quiet days.
final as (
    select
        workspace_id,
        max(known_at) as data_as_of_at,
        max(case when stream = 'conversations' then known_at end) as conversations_as_of_at,
        max(case when stream = 'tickets' then known_at end) as tickets_as_of_at,
    from instants
    group by workspace_id
)

select * from final
