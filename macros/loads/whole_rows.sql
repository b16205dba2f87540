{#
    A query: the whole rows of a raw table that `newest` names by _workspace_id, id and _load_id. A load may have brought a record in several
    `copies`; the first of them by `order` is taken. `condition` is on the raw table as `complete`.
    On DuckDB the order is asked for copies alone: it would carry all payloads through a sort. BigQuery bills a table once more for that.
#}
{% macro whole_rows(table, newest, order, condition) -%}
    {{ adapter.dispatch('whole_rows')(table, newest, order, condition) }}
{%- endmacro %}

{% macro duckdb__whole_rows(table, newest, order, condition) -%}
    with

    newest as (
        {{ newest }}
    )

    {{ rows_named(table, '(select * from newest where copies = 1)', condition) }}
    union all
    {{ rows_named(table, '(select * from newest where copies > 1)', condition) }}
    {{ first_copy(order) }}
{%- endmacro %}

{% macro bigquery__whole_rows(table, newest, order, condition) -%}
    {{ rows_named(table, '(' ~ newest ~ ')', condition) }}
    {{ first_copy(order) }}
{%- endmacro %}
