-- one row per stretch of a conversation in one state, with one team and one teammate: the stretches tile its lifetime
-- A view: the stored rows are those of `int_conversation_stretches`.
{{ config(materialized='versioned_view', meta={'rows_of': 'int_conversation_stretches'}) }}

with

stretches as (
    select * from {{ ref('int_conversation_stretches') }}
),

final as (
    select
        conversation_id,
        workspace_id,
        stretch_number,
        team_id,
        teammate_id,

        state,

        stretch_seconds,
        stretch_office_seconds,

        is_unassigned,
        ended_at is null as is_last,
        is_partly_unseen,

        started_at,
        ended_at,
        measured_to_at,
        conversation_created_at,
        built_from,
    from stretches
)

select * from final
