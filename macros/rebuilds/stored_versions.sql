{#
    What `model_versions` held when the run began, as a map: model name → its logic and its columns.
    It is read once a run, and kept in `graph`, the only thing of dbt's that all models of a run share. Each model asks several times,
    and on BigQuery each query takes about a second.
    A transaction on DuckDB has one time: a version that has the time of its model's "nothing is known" came after it.
#}
{% macro stored_versions() -%}
    {%- if 'model_versions' not in graph -%}
        {%- set versions = model_versions() -%}
        {%- set stored = {} -%}
        {%- if adapter.get_relation(versions.database, versions.schema, versions.identifier) is not none -%}
            {%- set newest = 'select model_name, logic, column_names from ' ~ versions ~ ' where true qualify row_number() over ('
                ~ "partition by model_name order by recorded_at desc, coalesce(logic, '') desc) = 1" -%}
            {%- for row in run_query(newest).rows -%}
                {%- do stored.update({row[0]: (row[1], row[2])}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- do graph.update({'model_versions': stored}) -%}
    {%- endif -%}
    {{ return(graph['model_versions']) }}
{%- endmacro %}
