-- one row per conversation that Intercom still has and scorecard that was applied to it, with what each evaluator said
-- A view: a search brings findings without a new version of the conversation, and few read them.
{{ config(materialized='versioned_view', meta={'logic_version': 2}) }}

with

lists as (
    {{ live_findings(
        'scorecards', quality=ref('stg_intercom__conversation_quality'), lookups=ref('int_conversation_lookups')
    ) }}
),

unnested as (
    select
        lists.workspace_id,
        lists.conversation_id,
        {{ json_id('scorecard', '$.scorecard_id') }} as scorecard_id,
        {{ json_id('scorecard', '$.scorecard_version_id') }} as scorecard_version_id,
        nullif({{ json_str('scorecard', '$.name') }}, '') as name,
        {{ json_str('scorecard', '$.scorecard_type') }} as scorecard_type,
        {{ json_str('scorecard', '$.reviewed_teammate.type') }} as reviewed_type,
        {{ json_id('scorecard', '$.reviewed_teammate.admin_id') }} as reviewed_teammate_id,
        {{ json_float('scorecard', '$.score') }} as score,
        {{ json_float('scorecard', '$.ai_score') }} as ai_score,
        {{ json_obj('scorecard', '$.evaluators') }} as evaluators,
        {{ json_bool('scorecard', '$.passed') }} as is_passed,
        {{ json_time('scorecard', '$.evaluated_at') }} as evaluated_at,
    from {{ unnest_json('lists', 'findings', 'scorecard') }}
),

final as (
    select
        *,
        -- Intercom gives a result no id, and a scorecard can be applied again. All that a result says is in the order: results that tie
        -- would be numbered otherwise by each build.
        row_number() over (
            partition by workspace_id, conversation_id
            order by
                {{ or_epoch('evaluated_at') }},
                coalesce(scorecard_id, ''),
                coalesce(scorecard_version_id, ''),
                coalesce(reviewed_teammate_id, ''),
                coalesce(score, -1),
                coalesce(ai_score, -1),
                coalesce(name, ''),
                coalesce(scorecard_type, ''),
                coalesce(reviewed_type, ''),
                coalesce(cast(is_passed as string), ''),
                coalesce({{ json_text('evaluators') }}, '')
        ) as scorecard_number,
    from unnested
    -- What is no scorecard has neither.
    where scorecard_id is not null or name is not null
)

select * from final
