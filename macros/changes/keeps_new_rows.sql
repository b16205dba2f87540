{#
    Whether an update keeps its new rows as a table of their own until the run ends (`new_rows_of`): where several models of this run follow
    the same changes and read the model. BigQuery bills each of them for a small table then, not for the months of a large one. DuckDB
    finds a few rows without being told.
#}
{% macro keeps_new_rows() %}{{ return(adapter.dispatch('keeps_new_rows')()) }}{% endmacro %}

{% macro duckdb__keeps_new_rows() %}{{ return(false) }}{% endmacro %}

{% macro bigquery__keeps_new_rows() -%}
    {%- set readers = [] -%}
    {%- for node in our_nodes('model')
        if node.unique_id in selected_resources
            and model.unique_id in node.depends_on.nodes
            and node.config.meta.get('follows') == followed_model() -%}
        {%- do readers.append(node.unique_id) -%}
    {%- endfor -%}
    {{ return(followed_model() is not none and readers | length > 1) }}
{%- endmacro %}
