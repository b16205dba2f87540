{#
    dbt's own, but for a compilation without a connection (`--no-introspect`, by which tests check BigQuery's SQL): that cannot
    ask whether the table is there, and takes it to be, unless `--full-refresh` says otherwise.
#}
{% macro is_incremental() %}
    {% if flags.INTROSPECT %}
        {{ return(dbt.is_incremental()) }}
    {% else %}
        {{ return(execute and model.config.materialized == 'incremental' and not should_full_refresh()) }}
    {% endif %}
{% endmacro %}
