{# The shares of `period_metrics`: name → the count of the part, and that of the whole. #}
{% macro period_shares() -%}
    {{ return({
        'csat': ('ratings_satisfied', 'ratings'),
        'rating_response_rate': ('rating_requests_answered', 'ratings_requested'),
        'sla_hit_rate': ('sla_hit', 'sla_decided'),
        'first_contact_resolution_rate': ('first_contact_resolutions', 'complete_resolutions'),
        'ai_agent_involvement_rate': ('ai_agent_involved', 'new_conversations'),
        'ai_agent_answer_rate': ('ai_agent_answered', 'ai_agent_involved'),
        'ai_agent_deflection_rate': ('ai_agent_deflected', 'ai_agent_involved'),
        'ai_agent_resolution_rate': ('ai_agent_resolved', 'ai_agent_involved'),
        'ai_agent_handover_rate': ('ai_agent_handed_over', 'ai_agent_involved'),
        'ai_agent_automation_rate': ('ai_agent_resolved', 'new_conversations'),
        'ai_agent_csat': ('ai_agent_ratings_satisfied', 'ai_agent_ratings'),
    }) }}
{%- endmacro %}
