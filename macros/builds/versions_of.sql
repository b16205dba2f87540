{#
    What a model reads, as texts `node=version`. A view has the columns of what it reads in place of the rows' versions: other rows are no reason
    to make it again.
#}
{% macro versions_of(ids) -%}
    {%- set texts = [] -%}
    {#- Beside another raw table, `_loads` only says which loads are complete. The other table's version has that. -#}
    {%- set is_with_raw = ids | select('in', graph.sources) | list | length > 1 -%}
    {%- for id in ids if not (is_with_raw and id.endswith('._loads')) -%}
        {%- if model.config.materialized == 'versioned_view' and id in graph.nodes -%}
            {%- do texts.append(id ~ '=' ~ graph.nodes[id].checksum.checksum ~ ' ' ~ model_columns(id)) -%}
        {%- else -%}
            {%- do texts.append(id ~ '=' ~ rows_version(id)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(texts) }}
{%- endmacro %}
