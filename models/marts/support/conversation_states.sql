-- one row per stretch of a conversation in one state, with one team and one teammate: the stretches tile its lifetime
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_conversation_versions'},
    unique_key=['workspace_id', 'conversation_id', 'stretch_number'],
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_conversation_versions'), months) }}
),

stretches as (
    {{ changed_rows(ref('int_conversation_stretches'), months) }}
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
