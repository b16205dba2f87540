{#
    A query: the newest row of each id of a raw table, for a full build. `order` and `only` are those of `newer_rows`.
    On DuckDB an id with one row, as most have, needs no window and no join: its row is read as it lies. BigQuery bills a table once more
    for that.
#}
{% macro newest_rows(table, order, only) %}{{ adapter.dispatch('newest_rows')(table, order, only) }}{% endmacro %}

{% macro duckdb__newest_rows(table, order, only) -%}
    {%- set loaded = complete_rows(table) ~ ' and ' ~ only -%}
    {%- set of_repeated -%}
        select loaded.*
        from ({{ loaded }}) as loaded
        inner join repeated
            on loaded._workspace_id = repeated._workspace_id and loaded.id = repeated.id
    {%- endset -%}
    with

    repeated as (
        select
            _workspace_id,
            id,
        from ({{ loaded }}) as loaded
        group by _workspace_id, id
        having count(*) > 1
    )

    select loaded.*
    from ({{ loaded }}) as loaded
    left join repeated
        on loaded._workspace_id = repeated._workspace_id and loaded.id = repeated.id
    where repeated.id is null
    union all
    select *
    from ({{ whole_rows(table, newest_keys(of_repeated, order), order, only) }}) as newest_of_repeated
{%- endmacro %}

{% macro bigquery__newest_rows(table, order, only) -%}
    {{ whole_rows(table, newest_keys(complete_rows(table) ~ ' and ' ~ only, order), order, only) }}
{%- endmacro %}
