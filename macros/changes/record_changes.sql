{#
    A statement: records what has changed in the followed model that is being built. These are the conversations (or tickets) that have another
    version in the relation `fresh`, or that only one of the two has. The new version goes along: none where the record is gone.
    `kept` is the relation or the query in brackets of the rows before.
#}
{% macro record_changes(fresh, kept=this) -%}
    {%- set record = model.config.meta.is_followed -%}
    {%- set id = record ~ '_id' -%}
    insert into {{ build_record('changes') }} (followed, workspace_id, {{ id }}, created_at, built_from, changed_in, changed_on)
    select
        '{{ model.name }}' as followed,
        coalesce(fresh.workspace_id, kept.workspace_id) as workspace_id,
        coalesce(fresh.{{ id }}, kept.{{ id }}) as {{ id }},
        coalesce(fresh.{{ record }}_created_at, kept.{{ record }}_created_at) as created_at,
        fresh.built_from,
        {{ run_number() }} as changed_in,
        date '{{ day_of_run(run_number()) }}' as changed_on
    from {{ fresh }} as fresh
    full outer join {{ kept }} as kept
        on fresh.workspace_id = kept.workspace_id and fresh.{{ id }} = kept.{{ id }}
    where coalesce(fresh.built_from, '') <> coalesce(kept.built_from, '')
{%- endmacro %}
