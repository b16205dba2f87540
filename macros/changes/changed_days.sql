{#
    A query: the days that changed since the model was built, in any of the models whose days it follows (`meta: follows_days_of`).
    Columns: workspace_id, day. `with_rebuilds`: with a row of neither where such a model was built in full.
#}
{% macro changed_days(with_rebuilds=false) -%}
    {%- set taken_in = changes_taken_in() -%}
    select distinct
        workspace_id,
        day,
    from {{ build_record('changed_days') }}
    where
        told_by in ('{{ model.config.meta.follows_days_of | join("', '") }}')
        and changed_on >= date '{{ day_of_run(taken_in) }}'
        and changed_in > {{ taken_in }}
        {{- '' if with_rebuilds else ' and workspace_id is not null' }}
{%- endmacro %}
