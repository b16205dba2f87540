{#
    Whether this build adds to the rows of a `versioned_incremental` model; false when the model is built in full. Models and macros
    call it where dbt's own examples call `is_incremental()`.
    A compilation without a connection (`--no-introspect`, by which tests check BigQuery's SQL) cannot ask whether the table is
    there. It takes the table to be there, unless `--full-refresh` says otherwise.
    A build with `--empty` replaces the table too: its DELETEs would find no row that is to stay.
#}
{% macro is_update() -%}
    {%- if not execute or model.config.materialized != 'versioned_incremental' or should_full_refresh() or flags.EMPTY -%}
        {{ return(false) }}
    {%- elif not flags.INTROSPECT -%}
        {{ return(true) }}
    {%- endif -%}
    {{ return(reason_to_rebuild() is none) }}
{%- endmacro %}
