{#
    The hook after each model: stores what the model was built with, unless that is stored. Models of every kind are stored, because
    an incremental model may read the rows of a `table` or `view` that this run did not select.
    Nothing is stored when the model read rows of an older version: the next build builds the model in full again.
    A build that ends before this statement does the same, which is safe.
#}
{% macro record_model_version() -%}
    {%- if execute and not flags.EMPTY and not is_built_by_this_version(model.unique_id) and has_read_this_version() -%}
        {{ add_model_version(model_logic(model.unique_id), model_columns(model.unique_id)) }}
    {%- endif -%}
{%- endmacro %}
