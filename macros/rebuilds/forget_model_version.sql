{#
    The hook before each model: where the model is about to get rows of another version, nothing is known of its rows until the build
    is through. A build that was killed in between would otherwise leave new rows under an old version, or empty ones (`--empty`).
#}
{% macro forget_model_version() -%}
    {%- if execute -%}
        {%- set stored = stored_versions().get(this.identifier) -%}
        {%- if stored and stored[0] and (flags.EMPTY or not is_built_by_this_version(model.unique_id)) -%}
            {{ add_model_version(none, none) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
