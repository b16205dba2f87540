{#
    A query: one row per workspace, record of a raw table and name that any stored version of the record has. In an update, only of what was
    loaded since. `id`: the name of the column for the record's id.
#}
{% macro names_ever(table, id) -%}
    with

    loaded as (
        {{ complete_rows(table) }}
    ),

    named as (
        select
            _workspace_id as workspace_id,
            id as {{ id }},
            nullif({{ json_str('payload', '$.name') }}, '') as name,
        from loaded
        where {{ loaded_since('_loaded_at', last_load_taken_in()) }}
    ),

    final as (
        select distinct
            workspace_id,
            {{ id }},
            name,
        from named
        where name is not null
    )

    select * from final
{%- endmacro %}
