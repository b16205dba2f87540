{#
    A text that is another one whenever the rows of a model, seed or source may be others. What nobody knows of (a relation of yours) has
    another version in each run.
#}
{% macro rows_version(unique_id) -%}
    {%- set unknown = 'unknown ' ~ run_number() -%}
    {%- if unique_id in builds_now() -%}
        {{ return(builds_now()[unique_id].rows_version) }}
    {%- elif unique_id.startswith('seed.') -%}
        {#- `dbt seed` may have loaded another file meanwhile. -#}
        {%- set checksum = graph.nodes[unique_id].checksum.checksum -%}
        {%- set is_known = unique_id in selected_resources or builds_before().get(unique_id, {}).rows_version == checksum -%}
        {{ return(checksum if is_known else unknown) }}
    {%- elif unique_id in graph.sources -%}
        {{ return(raw_versions().get(graph.sources[unique_id].name, {}).version or unknown) }}
    {%- endif -%}
    {{ return(builds_before().get(unique_id, {}).rows_version or unknown) }}
{%- endmacro %}
