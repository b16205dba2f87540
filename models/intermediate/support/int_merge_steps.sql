-- one row per conversation and conversation in which its customer came to be served, after one merge or several in a row
{{ config(cluster_by=['workspace_id', 'conversation_id']) }}
{#- A customer who is merged on more often than this is taken to be served where the last of these merges led. -#}
{%- set merges_max = 6 %}

with

merged as (
    select
        workspace_id,
        conversation_id,
        merged_into_conversation_id,
        merged_at,
    from {{ ref('int_conversation_merges') }}
    where merged_into_conversation_id is not null
),

step_1 as (
    select
        workspace_id,
        conversation_id,
        1 as step_number,
        merged_into_conversation_id as served_in_conversation_id,
        merged_at,
    from merged
),

-- Conversations that name each other lead nowhere: no step leads back to where it began.
{%- for step_number in range(2, merges_max + 1) %}

    step_{{ step_number }} as (
        select
            before.workspace_id,
            before.conversation_id,
            {{ step_number }} as step_number,
            merged.merged_into_conversation_id as served_in_conversation_id,
            {{ later_of('before.merged_at', 'merged.merged_at') }} as merged_at,
        from step_{{ step_number - 1 }} as before
        inner join merged
            on
                before.workspace_id = merged.workspace_id
                and before.served_in_conversation_id = merged.conversation_id
        where merged.merged_into_conversation_id <> before.conversation_id
    ),
{%- endfor %}

steps as (
    select * from step_1
    {%- for step_number in range(2, merges_max + 1) %}
        union all
        select * from step_{{ step_number }}
    {%- endfor %}
),

with_next as (
    select
        *,
        lead(merged_at) over (partition by workspace_id, conversation_id order by step_number) as next_merged_at,
        lead(step_number) over (partition by workspace_id, conversation_id order by step_number) is null as is_last,
    from steps
),

final as (
    select
        workspace_id,
        conversation_id,
        step_number,
        served_in_conversation_id,
        is_last,
        merged_at,
        next_merged_at,
    from with_next
)

select * from final
