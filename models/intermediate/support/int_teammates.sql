-- one row per teammate, also those gone from Intercom
-- Rebuilt whole: teammates are few, and those in no list are fewer.
{{ config(meta={'compares_rows': true}) }}

with

admins as (
    select * from {{ ref('stg_intercom__admins') }}
),

unlisted as (
    select * from {{ ref('int_unlisted_teammates') }}
),

unlisted_of_tickets as (
    select * from {{ ref('int_unlisted_ticket_teammates') }}
),

all_authors as (
    select
        workspace_id,
        teammate_id,
        name,
        email,
        wrote_at as created_at,
        event_id,
    from unlisted
    union all
    select
        workspace_id,
        teammate_id,
        name,
        email,
        wrote_at as created_at,
        event_id,
    from unlisted_of_tickets
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
