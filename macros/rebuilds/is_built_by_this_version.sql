{# Whether a model was last built with the logic and the columns that the project has now, by what was stored before this run. #}
{% macro is_built_by_this_version(unique_id) -%}
    {%- set stored = stored_versions().get(graph.nodes[unique_id].alias) -%}
    {{ return(stored is not none and stored[0] == model_logic(unique_id) and stored[1] == model_columns(unique_id)) }}
{%- endmacro %}
