{#
    A table in which builds keep what they did, in a dataset of its own: no model, so a full build of all models leaves it as it is.
    `builds` has what each model was last built from; `changes` has the conversations and tickets that changed,
    and `changed_days` the days on which something of theirs changed (docs/models.md).
#}
{% macro build_record(name) -%}
    {{ return(api.Relation.create(
        database=target.database, schema=target.schema ~ '_builds', identifier=name, type='table'
    )) }}
{%- endmacro %}
