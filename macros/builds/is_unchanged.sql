{#
    Whether the model's rows are what a build would make of them: nothing that they are made of has changed since they were built.
    Such a model is left as it is, without a statement. A model with `meta: {daily_with: [models]}` is asked whether these have changed, and with
    CHECKS=all whether anything has.
#}
{% macro is_unchanged() -%}
    {%- if not execute or not flags.INTROSPECT or flags.EMPTY or should_full_refresh() -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set known = remembered('is_unchanged') -%}
    {%- if model.unique_id not in known -%}
        {%- set before = builds_before().get(model.unique_id) -%}
        {%- set inputs = model_inputs() -%}
        {%- set is_daily = model.config.meta.get('daily_with') and env_var('CHECKS', 'new') != 'all' -%}
        {%- set existing = adapter.get_relation(this.database, this.schema, this.identifier) -%}
        {%- do known.update({model.unique_id:
            before is not none
            and existing is not none
            and existing.is_view == (model.config.materialized == 'versioned_view')
            and is_built_by_this_version(model.unique_id)
            and (before.inputs == inputs or (is_daily and (before.inputs or '').split(' ')[0] == inputs.split(' ')[0]))
        }) -%}
    {%- endif -%}
    {{ return(known[model.unique_id]) }}
{%- endmacro %}
