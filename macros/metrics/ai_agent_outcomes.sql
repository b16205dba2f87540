{#
    For the select list of conversation_metrics: what the AI agent came to, by the words of Intercom's reports (docs/metrics.md).
    `conversation` and `facts` are the aliases of `int_conversations` and `int_conversation_facts`.
#}
{% macro ai_agent_outcomes(conversation, facts) -%}
    {%- set is_participant = conversation ~ '.is_ai_agent_participant' -%}
    {%- set answer_type = "nullif(" ~ conversation ~ ".ai_agent_last_answer_type, '')" -%}
    {%- set resolution_state = conversation ~ '.ai_agent_resolution_state' -%}
    {%- set is_resolved = 'coalesce(' ~ resolution_state ~ " in ('assumed_resolution', 'confirmed_resolution'), false)" -%}
    {#- `routed_to_team` is the word of older versions of the API. -#}
    {%- set is_handed_over -%}
        ({{ is_participant }} and coalesce({{ resolution_state }} in ('escalated', 'procedure_handoff', 'routed_to_team'), false))
    {%- endset -%}
    {{ is_participant }},
    {{ is_participant }} and ({{ answer_type }} is not null or {{ is_resolved }}) as is_ai_agent_answered,
    -- A human may answer in the parts that were never shown.
    case
        when not {{ is_participant }} or {{ is_handed_over }} or {{ facts }}.first_reply_after_customer_at is not null then false
        when not {{ facts }}.is_partly_unseen then true
        when {{ facts }}.count_human_repliers > 0 then false
    end as is_ai_agent_deflected,
    {{ is_resolved }} as is_ai_agent_resolved,
    {{ is_handed_over }} as is_ai_agent_handed_over,
{%- endmacro %}
