{#
    The time from which an incremental model reads loads again, in seconds since 1970: the newest load that its last build found,
    less `vars: late_load_minutes`. Loads do not finish in the order in which they begin. None when the model is built in full; 0, all
    loads, where no record says what the last build found.
#}
{% macro last_load_taken_in() -%}
    {%- if not is_update() or is_unchanged() -%}
        {{ return(none) }}
    {%- elif not flags.INTROSPECT -%}
        {{ return(0) }}
    {%- endif -%}
    {%- set newest = builds_before().get(model.unique_id, {}).get('loaded_to') -%}
    {{ return([newest | int - var('late_load_minutes') * 60, 0] | max if newest is not none else 0) }}
{%- endmacro %}
