{#
    What earlier runs recorded of their builds: a map of node → inputs, rows_version, taken_in, rows_missing, loaded_to. The node is a model's, a
    seed's or a test's unique id; `*` is a whole run.
    It is read once a run, and kept in `graph`, the only thing of dbt's that all models of a run share.
#}
{% macro builds_before() -%}
    {%- if 'builds_before' not in graph -%}
        {%- set record = build_record('builds') -%}
        {%- set before = {'*': {'recorded_in': 0}} -%}
        {%- if flags.INTROSPECT and 'builds' in build_records_there() -%}
            {%- set newest -%}
                select node, inputs, rows_version, taken_in, rows_missing, loaded_to, recorded_in
                from {{ record }}
                where true
                qualify row_number() over (partition by node order by recorded_in desc, rows_version desc) = 1
            {%- endset -%}
            {%- for row in run_query(newest).rows -%}
                {%- do before.update({row['node']: row.dict()}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do graph.update({'builds_before': before}) -%}
    {%- endif -%}
    {{ return(graph['builds_before']) }}
{%- endmacro %}
