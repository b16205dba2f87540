-- one row per teammate, also those gone from Intercom
{{ config(materialized='versioned_view') }}

with

teammates as (
    select * from {{ ref('int_teammates') }}
),

final as (
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
    from teammates
)

select * from final
