{#
    Records that all rows of the model that is being built are new: a change of no conversation, ticket or day. Its followers are built in
    full then, because nothing tells which records are gone.
#}
{% macro record_rebuild() -%}
    {%- set record, name = ('changed_days', 'told_by') if model.config.meta.get('tells_days') else ('changes', 'followed') -%}
    {%- do run_query(
        'insert into ' ~ build_record(record) ~ ' (' ~ name ~ ", changed_in, changed_on) values ('" ~ model.name ~ "', "
        ~ run_number() ~ ", date '" ~ day_of_run(run_number()) ~ "')"
    ) -%}
{%- endmacro %}
