{#
    The time from which an incremental staging model reads loads again, in seconds since 1970: its newest load, less
    `vars: late_load_minutes`. Loads do not finish in the order in which they begin. None when the model is built in full.
    dbt asks the warehouse once while it compiles.
#}
{% macro last_load_taken_in() -%}
    {%- if not is_update() or is_unchanged() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set answer = run_query('select ' ~ epoch_seconds('max(loaded_at)') ~ ' from ' ~ this).rows if flags.INTROSPECT else [] -%}
    {%- set newest = answer[0][0] if answer else none -%}
    {{ return([newest | int - var('late_load_minutes') * 60, 0] | max if newest is not none else 0) }}
{%- endmacro %}
