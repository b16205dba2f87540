{#
    A query: the last known version of each id of a snapshot table, without tombstones. `is_deleted` says whether the newest row is a
    tombstone: a record that is gone from Intercom keeps its name in the history.
#}
{% macro last_known_rows(table) -%}
    select
        rows_seen.*,
        first_value(is_tombstone) over (
            partition by _workspace_id, id order by _fetched_at desc, _loaded_at desc
        ) as is_deleted,
    from (
        select
            complete.*,
            coalesce({{ json_bool('complete.payload', '$.deleted') }}, false) as is_tombstone,
        from ({{ complete_rows(table) }}) as complete
    ) as rows_seen
    where true
    qualify row_number() over (
        partition by _workspace_id, id order by is_tombstone, _fetched_at desc, _loaded_at desc
    ) = 1
{%- endmacro %}
