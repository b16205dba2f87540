{#
    A query: the conversations (or tickets) that changed in the followed model since the model was built, each with its newest version; none where
    it is gone. Columns: workspace_id, conversation_id or ticket_id, created_at, built_from. It names the first day of the changes as a
    constant, which is what BigQuery prunes partitions by. `with_rebuilds`: with a row of no workspace where the followed model was
    built in full.
#}
{% macro changes_since(taken_in, with_rebuilds=false) -%}
    {%- set followed = followed_model() -%}
    {%- set id = record_of(followed) ~ '_id' -%}
    select
        workspace_id,
        {{ id }},
        created_at,
        built_from,
    from {{ build_record('changes') }}
    where
        followed = '{{ followed }}'
        and changed_on >= date '{{ day_of_run(taken_in) }}'
        and changed_in > {{ taken_in }}
        {{- '' if with_rebuilds else ' and workspace_id is not null' }}
    qualify row_number() over (partition by workspace_id, {{ id }} order by changed_in desc) = 1
{%- endmacro %}
