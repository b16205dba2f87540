{#
    Two columns of a conversation: the time from its creation to an instant, on the calendar's clock (`<name>_seconds`) and on the clock
    of its office hours (`<name>_office_seconds`). Both are null where the condition `only_when` does not hold.
    `conversation` and `facts` are the aliases of `int_conversations` and `int_conversation_facts`; `to` names the instant's columns
    of the facts, `<to>_at` and `<to>_open_seconds`.
#}
{% macro time_since_creation(conversation, facts, to, name, only_when=none) -%}
    {%- set calendar = secs_between(conversation ~ '.created_at', facts ~ '.' ~ to ~ '_at') -%}
    {%- set office = facts ~ '.' ~ to ~ '_open_seconds - ' ~ facts ~ '.created_open_seconds' -%}
    {%- if only_when -%}
        case when {{ only_when }} then {{ calendar }} end as {{ name }}_seconds,
        case when {{ only_when }} then {{ office }} end as {{ name }}_office_seconds,
    {%- else -%}
        {{ calendar }} as {{ name }}_seconds,
        {{ office }} as {{ name }}_office_seconds,
    {%- endif -%}
{%- endmacro %}
