-- one row per conversation (not deleted in Intercom) and evaluation by a QA monitor that flagged it
-- A view: a search brings findings without a new version of the conversation, and few read them.
{{ config(materialized='versioned_view', meta={'logic_version': 2}) }}

with

lists as (
    {{ live_findings(
        'monitors', quality=ref('stg_intercom__conversation_quality'), lookups=ref('int_conversation_lookups')
    ) }}
),

unnested as (
    select
        lists.workspace_id,
        lists.conversation_id,
        {{ json_id('evaluation', '$.monitor_id') }} as monitor_id,
        nullif({{ json_str('evaluation', '$.monitor_name') }}, '') as monitor_name,
        {{ json_str('evaluation', '$.monitor_type') }} as monitor_type,
        {{ json_str('evaluation', '$.result') }} as result,
        nullif({{ json_str('evaluation', '$.explanation') }}, '') as explanation,
        {{ json_time('evaluation', '$.evaluated_at') }} as evaluated_at,
    from {{ unnest_json('lists', 'findings', 'evaluation') }}
),

final as (
    select
        conversation_id,
        workspace_id,
        -- Intercom gives an evaluation no id, and a monitor can evaluate a conversation again.
        row_number() over (
            partition by workspace_id, conversation_id
            order by
                {{ or_epoch('evaluated_at') }},
                coalesce(monitor_id, ''),
                coalesce(result, ''),
                coalesce(explanation, ''),
                coalesce(monitor_name, ''),
                coalesce(monitor_type, '')
        ) as evaluation_number,
        monitor_id,

        monitor_name,
        monitor_type,
        result,
        explanation,

        evaluated_at,
    from unnested
    -- What is no evaluation has neither.
    where monitor_id is not null or result is not null
)

select * from final
