{#
    Whether the model's rows are what a build would make of them: nothing that they are made of has changed since they were built.
    Such a model is left as it is, without a statement.
#}
{% macro is_unchanged() -%}
    {%- if not execute or not flags.INTROSPECT or flags.EMPTY or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set before = builds_before().get(model.unique_id) -%}
    {%- set existing = adapter.get_relation(this.database, this.schema, this.identifier) -%}
    {{ return(
        before is not none
        and existing is not none
        and existing.is_view == (model.config.materialized == 'versioned_view')
        and is_built_by_this_version(model.unique_id)
        and before.inputs == model_inputs()
    ) }}
{%- endmacro %}
