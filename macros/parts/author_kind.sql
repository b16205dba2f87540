{#
    Who wrote a part: customer, teammate or bot. An AI agent may answer under a teammate's name: the type says admin, and only its
    flags show the truth. Counted as human, the agent would make first replies a matter of seconds. So would an author of an unknown
    type. `parts` is the alias of a relation with author_type, is_from_ai_agent and is_ai_answer.
#}
{% macro author_kind(parts) -%}
    case
        when {{ parts }}.author_type in ('user', 'lead', 'contact', 'visitor') then 'customer'
        when {{ parts }}.is_from_ai_agent or {{ parts }}.is_ai_answer then 'bot'
        when {{ parts }}.author_type in ('admin', 'team') then 'teammate'
        else 'bot'
    end
{%- endmacro %}
