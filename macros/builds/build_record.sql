{#
    A table in which builds keep what they did, in a dataset of its own: no model, so a full build of all models leaves it as it is.
    `builds` has what each model was last built from; `changes` has the conversations and tickets that changed,
    and `changed_days` the days on which something of theirs changed (docs/models.md).
    The dataset is named after that of the marts, which is the target's unless a project that installed this one says otherwise.
#}
{% macro build_record(name) -%}
    {%- set mart = graph.get('nodes', {}).get('model.intercom_warehouse.conversations', target) -%}
    {{ return(api.Relation.create(
        database=mart.database, schema=mart.schema ~ '_builds', identifier=name, type='table'
    )) }}
{%- endmacro %}
