{#
    A query: the rows of a raw table whose load is whole. A load that was interrupted has no `complete` row in `_loads`. Its rows would
    show half a window as if it were all.
#}
{% macro complete_rows(table) -%}
    select *
    from {{ source('intercom_raw', table) }}
    where _load_id in (select _load_id from {{ source('intercom_raw', '_loads') }} where status = 'complete')
{%- endmacro %}
