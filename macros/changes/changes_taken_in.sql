{#
    The number of the run up to which a model has taken in the changes of the model that it follows. None when nothing says so, or when so
    old changes are not kept. A compilation without a connection cannot ask, and takes a run of yesterday.
#}
{% macro changes_taken_in() -%}
    {%- if not flags.INTROSPECT -%}
        {{ return(run_number() - 86400000) }}
    {%- endif -%}
    {%- set taken_in = builds_before().get(model.unique_id, {}).get('taken_in') -%}
    {%- if taken_in is none or taken_in | int < run_number() - change_days_kept() * 86400000 -%}
        {{ return(none) }}
    {%- endif -%}
    {{ return(taken_in | int) }}
{%- endmacro %}
