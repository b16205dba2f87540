{# The number of the run in which the followed model was last built in full, as far as changes are kept; 0 when there is none. #}
{% macro last_rebuild_of_followed() -%}
    {%- set key = 'last rebuild of ' ~ followed_model() -%}
    {%- if key not in graph -%}
        {%- set asked -%}
            select max(changed_in) from {{ build_record('changes') }}
            where
                followed = '{{ followed_model() }}'
                and workspace_id is null
                and changed_on >= date '{{ day_of_run(run_number() - change_days_kept() * 86400000) }}'
        {%- endset -%}
        {%- do graph.update({key: answer_of(asked, otherwise=0) | int}) -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{%- endmacro %}
