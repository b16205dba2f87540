{# A query: the rows of a raw table, as `complete`, that a relation names by the time and id of their load, workspace and id. #}
{% macro rows_named(table, wanted, condition) -%}
    select complete.*
    from {{ source('intercom_raw', table) }} as complete
    inner join {{ wanted }} as wanted
        on
            complete._loaded_at = wanted._loaded_at
            and complete._load_id = wanted._load_id
            and complete._workspace_id = wanted._workspace_id
            and complete.id = wanted.id
    where {{ condition }}
{%- endmacro %}
