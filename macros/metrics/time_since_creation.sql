{#
    Two columns of a conversation: the time from its creation to an instant, on the calendar's clock (`…_seconds`) and on that of
    its office hours (`…_office_seconds`). `to` names the instant's columns, `<to>_at` and `<to>_open_seconds`; both are null
    where the condition does not hold. `conversations` and `facts` are what the caller calls them.
#}
{% macro time_since_creation(to, name, only_when=none) -%}
    {%- set calendar = secs_between('conversations.created_at', to ~ '_at') -%}
    {%- set office = to ~ '_open_seconds - facts.created_open_seconds' -%}
    {%- if only_when -%}
        case when {{ only_when }} then {{ calendar }} end as {{ name }}_seconds,
        case when {{ only_when }} then {{ office }} end as {{ name }}_office_seconds,
    {%- else -%}
        {{ calendar }} as {{ name }}_seconds,
        {{ office }} as {{ name }}_office_seconds,
    {%- endif -%}
{%- endmacro %}
