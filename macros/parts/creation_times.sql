{#
    A query: the creation time of each conversation or ticket of which a build may take parts in. Tables of parts are partitioned by
    this time, so that the parts of one `record` stay together.
    It comes from the raw table, because a load stores a record together with its parts. The staging model can be older than a load
    that was stored while dbt runs. A part without this time would never be found by its month.
#}
{% macro creation_times(record) -%}
    select
        _workspace_id as workspace_id,
        id as {{ record }}_id,
        min(created_at) as created_at,
    from {{ source('intercom_raw', record ~ 's') }}
    where {{ loaded_since('_loaded_at', last_load_taken_in()) }}
    group by _workspace_id, id
{%- endmacro %}
