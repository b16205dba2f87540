{#
    Whether the model's rows are what a build would make of them: nothing that they are made of has changed since they were built.
    Such a model is left as it is, without a statement.
#}
{% macro is_unchanged() -%}
    {%- if not execute or not flags.INTROSPECT or flags.EMPTY or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set known = remembered('is_unchanged') -%}
    {%- if model.unique_id not in known -%}
        {%- set before = builds_before().get(model.unique_id) -%}
        {%- set existing = adapter.get_relation(this.database, this.schema, this.identifier) -%}
        {%- do known.update({model.unique_id:
            before is not none
            and existing is not none
            and existing.is_view == (model.config.materialized == 'versioned_view')
            and is_built_by_this_version(model.unique_id)
            and before.inputs == model_inputs()
        }) -%}
    {%- endif -%}
    {{ return(known[model.unique_id]) }}
{%- endmacro %}
