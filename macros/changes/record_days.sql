{#
    A statement: records the days of rows of a model whose days others follow (`meta: tells_days`), so that they count these days again.
    `rows` is a relation with workspace_id and day. It is recorded before rows go. Where a run is killed in between, the next one does both
    again.
#}
{% macro record_days(rows) -%}
    insert into {{ build_record('changed_days') }} (told_by, workspace_id, day, changed_in, changed_on)
    select distinct
        '{{ model.name }}' as told_by,
        workspace_id,
        day,
        {{ run_number() }} as changed_in,
        date '{{ day_of_run(run_number()) }}' as changed_on
    from {{ rows }}
{%- endmacro %}
