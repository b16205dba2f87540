{#
    A query: the rows of a raw table whose load is whole. A load that was interrupted has no `complete` row in `_loads`. Its rows would
    show half a window as if it were all. `since`: the caller leaves out older rows itself (`loaded_since`).
#}
{% macro complete_rows(table, since=none) -%}
    select *
    from {{ source('intercom_raw', table) }}
    where _load_id in ({{ complete_loads(since) }})
{%- endmacro %}
