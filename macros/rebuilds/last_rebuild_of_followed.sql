{#
    The number of the run that last built the followed model in full, or one of those whose days are followed. It is 0 when no change that is
    kept tells so.
#}
{% macro last_rebuild_of_followed() -%}
    {%- set names = [followed_model()] if followed_model() else model.config.meta.follows_days_of -%}
    {%- set is_of = "in ('" ~ names | join("', '") ~ "')" -%}
    {%- set key = 'last rebuild ' ~ is_of -%}
    {%- if key not in graph -%}
        {%- set asked -%}
            select max(changed_in) from {{ build_record('changes' if followed_model() else 'changed_days') }}
            where
                {{ 'followed' if followed_model() else 'told_by' }} {{ is_of }}
                and workspace_id is null
                and changed_on >= date '{{ day_of_run(run_number() - change_days_kept() * 86400000) }}'
        {%- endset -%}
        {%- do graph.update({key: answer_of(asked, otherwise=0) | int}) -%}
    {%- endif -%}
    {{ return(graph[key]) }}
{%- endmacro %}
