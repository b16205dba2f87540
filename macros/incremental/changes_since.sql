{#
    A query: the conversations (or tickets) that changed in the followed model since the model was built, also those that are gone.
    Columns: workspace_id, conversation_id or ticket_id, created_at. It names the first day of the changes as a constant, which is what
    BigQuery prunes partitions by.
#}
{% macro changes_since(taken_in) -%}
    {%- set followed = followed_model() -%}
    {%- set id = record_of(followed) ~ '_id' -%}
    select distinct
        workspace_id,
        {{ id }},
        created_at,
    from {{ build_record('changes') }}
    where
        followed = '{{ followed }}'
        and changed_on >= date '{{ day_of_run(taken_in) }}'
        and changed_in > {{ taken_in }}
        and {{ id }} is not null
{%- endmacro %}
