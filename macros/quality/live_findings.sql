{#
    A query: the lists of what QA found in conversations that Intercom still has, one row per conversation. `kind`: 'monitors' or
    'scorecards'. `quality` is the staging relation of the lists; `lookups` has the conversations that still exist.
#}
{% macro live_findings(kind, quality, lookups) -%}
    select
        quality.workspace_id,
        quality.conversation_id,
        quality.findings,
    from {{ quality }} as quality
    inner join {{ lookups }} as lookups
        on quality.workspace_id = lookups.workspace_id and quality.conversation_id = lookups.conversation_id
    where quality.kind = '{{ kind }}'
{%- endmacro %}
