-- one row per team, also those gone from Intercom, over the conversations now or last assigned to the team
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{{ config(materialized='versioned_view') }}
with

teams as (
    select * from {{ ref('teams') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

ranked_conversations as (
    {{ with_ranks('conversation_metrics', ['workspace_id', 'last_team_id', 'is_merged_away'], ranked_figures()) }}
),

-- A team that was gone before the first sync is in no list. Without these rows its conversations would belong to no team.
all_teams as (
    select
        workspace_id,
        team_id,
        name,
        is_deleted,
        0 as preference,
    from teams
    union all
    select distinct
        workspace_id,
        last_team_id as team_id,
        cast(null as string) as name,
        true as is_deleted,
        1 as preference,
    from conversation_metrics
    where last_team_id is not null
),

known_teams as (
    select * from all_teams
    where true
    qualify row_number() over (partition by workspace_id, team_id order by preference) = 1
),

final as (
    select
        known_teams.team_id,
        known_teams.workspace_id,
        known_teams.name as team_name,
        known_teams.is_deleted,
        {{ group_metrics('ranked_conversations', is_ranked=true) }}
    from known_teams
    left join ranked_conversations
        on
            known_teams.workspace_id = ranked_conversations.workspace_id
            and known_teams.team_id = ranked_conversations.last_team_id
    group by known_teams.team_id, known_teams.workspace_id, known_teams.name, known_teams.is_deleted
)

select * from final
