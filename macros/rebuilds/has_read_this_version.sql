{#
    Whether all models that the model reads, directly or not, have rows of this version of the project. Either this run has built them,
    or an earlier run did. dbt skips a model when this run failed to build one that the model reads.
#}
{% macro has_read_this_version() -%}
    {%- for unique_id in logic_versions(model.unique_id) if unique_id not in selected_resources -%}
        {%- if not is_built_by_this_version(unique_id) -%}
            {{ return(false) }}
        {%- endif -%}
    {%- endfor -%}
    {{ return(true) }}
{%- endmacro %}
