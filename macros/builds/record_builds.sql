{#
    After a run: records what it built, in one statement, and that it ended. A model that failed keeps its earlier record, so that the next
    run builds it again. `results` come from dbt. A run with `--empty` records no end: its rows are no rows.
#}
{% macro record_builds(results) -%}
    {%- if builds_ours() and not flags.EMPTY -%}
        {%- set done = [{'node': '*', 'rows_version': 'ended', 'rows_missing': all_rows_missing()}] -%}
        {%- set read = [] -%}
        {%- for node in our_nodes('model') -%}
            {%- do read.extend(node.depends_on.nodes) -%}
        {%- endfor -%}
        {%- for result in results if result.status in ['success', 'pass'] -%}
            {%- set id = result.node.unique_id -%}
            {%- if id in builds_now() -%}
                {%- do done.append(dict(builds_now()[id], node=id)) -%}
            {%- elif id.startswith('seed.') and id in read -%}
                {%- do done.append({'node': id, 'rows_version': graph.nodes[id].checksum.checksum}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do record_builds_of(done) -%}
        {%- do forget_old_records() -%}
    {%- endif -%}
{%- endmacro %}
