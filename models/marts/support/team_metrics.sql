-- one row per team, those gone from Intercom included: of the conversations that are, or were last, assigned to it
with

teams as (
    select * from {{ ref('teams') }}
),

conversation_metrics as (
    select * from {{ ref('conversation_metrics') }}
),

final as (
    select
        teams.team_id,
        teams.workspace_id,
        teams.name as team_name,
        teams.is_deleted,
        {{ group_metrics('conversation_metrics') }}
    from teams
    left join conversation_metrics
        on teams.workspace_id = conversation_metrics.workspace_id and teams.team_id = conversation_metrics.last_team_id
    group by teams.team_id, teams.workspace_id, teams.name, teams.is_deleted
)

select * from final
