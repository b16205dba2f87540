{#
    After a purge: records that all days of the models that tell days may be others, so that their followers are built in full. The purge took
    rows out of these tables, and nothing tells of which days.
#}
{% macro record_purge() -%}
    {%- set rows = [] -%}
    {%- for node in our_nodes('model') if node.config.meta.get('tells_days') -%}
        {%- do rows.append("('" ~ node.name ~ "', " ~ run_number() ~ ", date '" ~ day_of_run(run_number()) ~ "')") -%}
    {%- endfor -%}
    {%- do run_query(
        'insert into ' ~ build_record('changed_days') ~ ' (told_by, changed_in, changed_on) values ' ~ rows | join(', ')
    ) -%}
{%- endmacro %}
