-- one row per scorecard of a conversation and evaluator (criterion) in it: what it found
{{ config(materialized='versioned_view', meta={'logic_version': 2}) }}

with

scorecards as (
    select * from {{ ref('int_conversation_scorecards') }}
),

unnested as (
    select
        scorecards.workspace_id,
        scorecards.conversation_id,
        scorecards.scorecard_number,
        scorecards.scorecard_id,
        scorecards.scorecard_version_id,
        {{ json_id('evaluator', '$.evaluator_id') }} as evaluator_id,
        {{ json_str('evaluator', '$.result.value') }} as result_value,
        {{ json_str('evaluator', '$.result.source') }} as result_source,
        nullif({{ json_str('evaluator', '$.result.reasoning') }}, '') as reasoning,
        nullif({{ json_str('evaluator', '$.result.other_text') }}, '') as other_text,
        {{ json_obj('evaluator', '$.result.reason_ids') }} as reason_list,
    from {{ unnest_json('scorecards', 'evaluators', 'evaluator') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by workspace_id, conversation_id, scorecard_number
            order by
                length(evaluator_id),
                evaluator_id,
                coalesce(result_value, ''),
                coalesce(result_source, ''),
                coalesce(reasoning, ''),
                coalesce(other_text, ''),
                coalesce({{ json_text('reason_list') }}, '')
        ) as evaluator_number,
    from unnested
    where evaluator_id is not null
),

reasons as (
    select
        numbered.workspace_id,
        numbered.conversation_id,
        numbered.scorecard_number,
        numbered.evaluator_number,
        {{ json_id('reason', '$') }} as reason_id,
    from {{ unnest_json('numbered', 'reason_list', 'reason') }}
),

reason_lists as (
    select
        workspace_id,
        conversation_id,
        scorecard_number,
        evaluator_number,
        {{ sorted_list('reason_id') }} as reason_ids,
    from reasons
    where reason_id is not null
    group by workspace_id, conversation_id, scorecard_number, evaluator_number
),

final as (
    select
        numbered.conversation_id,
        numbered.workspace_id,
        numbered.scorecard_number,
        numbered.evaluator_number,
        numbered.scorecard_id,
        numbered.scorecard_version_id,
        numbered.evaluator_id,

        numbered.result_value,
        numbered.result_source,
        numbered.reasoning,
        numbered.other_text,
        coalesce(reason_lists.reason_ids, {{ empty_text_array() }}) as reason_ids,
    from numbered
    left join reason_lists
        on
            numbered.workspace_id = reason_lists.workspace_id
            and numbered.conversation_id = reason_lists.conversation_id
            and numbered.scorecard_number = reason_lists.scorecard_number
            and numbered.evaluator_number = reason_lists.evaluator_number
)

select * from final
