-- one row per team, also those gone from Intercom
with

teams as (
    select * from {{ ref('stg_intercom__teams') }}
),

final as (
    select
        team_id,
        workspace_id,

        name,
        distribution_method,
        assignment_limit,
        teammates_count,

        is_deleted,
    from teams
)

select * from final
