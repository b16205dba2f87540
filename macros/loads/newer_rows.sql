{#
    A query, the start of an incremental staging model: the newest row of each id among the loads that the model has not taken in yet.
    Ids that the model has in the same or a newer version are left out. A full build takes all rows.
    A load is stored whole or not at all: where one of its rows is in the model, all its rows were looked at. Payloads are read only
    for the rows that are needed, which are found by the time of their load.
    `order`: raw columns, the most important first. The model has the same columns without the underscore, `id_column` and `load_id`.
    `only`: a condition on raw columns; rows that do not meet it (tombstones, say) are no versions.
    The model's own rows are read in the months of the records that were loaded alone (`meta: created_with`, `months_loaded`).
#}
{% macro newer_rows(table, id_column, order, only='true') -%}
    {%- if not is_update() -%}
        {{ return(newest_rows(table, order, only)) }}
    {%- endif -%}
    {%- set since = last_load_taken_in() -%}
    {%- set is_near = is_in_months_loaded('built') -%}
    {%- set loaded -%}
        {{ complete_rows(table, since) }}
        and {{ loaded_since('_loaded_at', since) }}
        and {{ only }}
        and not _load_id in (select built.load_id from {{ this }} as built where {{ loaded_since('built.loaded_at', since) }} and {{ is_near }})
    {%- endset -%}
    {%- set newest -%}
        select newest.*
        from ({{ newest_keys(loaded, order) }}) as newest
        where not {{ is_built('newest', id_column, order, is_near) }}
    {%- endset -%}
    {{ whole_rows(table, newest, order, loaded_since('complete._loaded_at', since) ~ ' and ' ~ only) }}
{%- endmacro %}
