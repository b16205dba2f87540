{#
    A query: the days that changed since the model was built, in any of the models whose days it follows (`meta: follows_days_of`).
    Columns: workspace_id, day.
#}
{% macro changed_days() -%}
    {%- set taken_in = changes_taken_in() -%}
    select distinct
        workspace_id,
        day,
    from {{ build_record('changed_days') }}
    where
        told_by in ('{{ model.config.meta.follows_days_of | join("', '") }}')
        and changed_on >= date '{{ day_of_run(taken_in) }}'
        and changed_in > {{ taken_in }}
        and day is not null
{%- endmacro %}
