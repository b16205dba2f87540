{#
    Records that all rows of the model that is being built are new: a change without a conversation or ticket. Its followers are built in
    full then, because nothing tells which records are gone.
#}
{% macro record_rebuild() -%}
    {%- do run_query(
        'insert into ' ~ build_record('changes') ~ " (followed, changed_in, changed_on) values ('" ~ model.name ~ "', "
        ~ run_number() ~ ", date '" ~ day_of_run(run_number()) ~ "')"
    ) -%}
{%- endmacro %}
