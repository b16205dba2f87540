-- one row per conversation (not deleted in Intercom) and QA scorecard that was applied to it
{{ config(materialized='versioned_view') }}

with

scorecards as (
    select * from {{ ref('int_conversation_scorecards') }}
),

final as (
    select
        conversation_id,
        workspace_id,
        scorecard_number,
        scorecard_id,
        scorecard_version_id,
        reviewed_teammate_id,

        name as scorecard_name,
        scorecard_type,
        case reviewed_type when 'admin' then 'teammate' when 'ai' then 'ai_agent' else reviewed_type end as reviewed_kind,

        score,
        ai_score,
        {{ json_length('evaluators', '$') }} as count_evaluators,

        is_passed,

        evaluated_at,
    from scorecards
)

select * from final
