-- one row per teammate, also those gone from Intercom
with

admins as (
    select * from {{ ref('stg_intercom__admins') }}
),

parts as (
    select * from {{ ref('int_conversation_parts') }}
),

ticket_parts as (
    select * from {{ ref('int_ticket_parts') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

all_authors as (
    select
        workspace_id,
        author_id as teammate_id,
        author_name as name,
        author_email as email,
        created_at,
        conversation_part_id as event_id,
    from parts
    where author_kind = 'teammate' and author_type = 'admin' and author_id is not null
    union all
    select
        workspace_id,
        author_id as teammate_id,
        author_name as name,
        author_email as email,
        created_at,
        ticket_part_id as event_id,
    from ticket_parts
    where author_kind = 'teammate' and author_type = 'admin' and author_id is not null
    union all
    select
        workspace_id,
        source_author_id as teammate_id,
        source_author_name as name,
        source_author_email as email,
        created_at,
        conversation_id as event_id,
    from conversations
    where opened_by = 'teammate' and source_author_type = 'admin' and source_author_id is not null
),

-- A teammate who left before the first sync is in no list but wrote. Without these rows their work would belong to nobody.
authors as (
    select * from all_authors
    where true
    qualify row_number() over (partition by workspace_id, teammate_id order by created_at desc, event_id desc) = 1
),

listed as (
    select
        teammate_id,
        workspace_id,

        name,
        email,
        job_title,
        role_name,

        is_inbox_seat_holder,
        is_away,
        is_deleted,
    from admins
),

never_listed as (
    select
        authors.teammate_id,
        authors.workspace_id,

        authors.name,
        authors.email,
        cast(null as string) as job_title,
        cast(null as string) as role_name,

        cast(null as boolean) as is_inbox_seat_holder,
        cast(null as boolean) as is_away,
        true as is_deleted,
    from authors
    left join admins
        on authors.workspace_id = admins.workspace_id and authors.teammate_id = admins.teammate_id
    where admins.teammate_id is null
),

final as (
    select * from listed
    union all
    select * from never_listed
)

select * from final
