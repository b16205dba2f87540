{#
    A condition on a raw table's rows: loaded since the newest that the model has, or a little before it (`vars:
    late_load_minutes`), for loads are not finished in the order in which they began. A constant, asked of the warehouse while
    dbt compiles: the raw tables are cut by day of `_loaded_at`, and BigQuery leaves days out for constants alone.
#}
{% macro loaded_since() -%}
    {%- if not is_incremental() -%}
    true
    {%- else -%}
        {%- set answer = run_query('select ' ~ epoch_seconds('max(loaded_at)') ~ ' from ' ~ this).rows if flags.INTROSPECT else [] -%}
        {%- set newest = answer[0][0] if answer else none -%}
        _loaded_at >= {{ instant_at([newest | int - var('late_load_minutes') * 60, 0] | max if newest is not none else 0) }}
    {%- endif -%}
{%- endmacro %}
