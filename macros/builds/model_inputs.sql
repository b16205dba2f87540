{#
    What the rows of the model (or the answer of the test) are made of, as a hash: its code, its columns, and the versions of all that it reads. A
    `versioned_incremental` model has its logic version in place of its code, which names times of the run. The code of a model that others
    follow, and that looks at all records, names none, and variables are in it.
    A view has the columns of what it reads in place of the rows' versions: other rows are no reason to make it again.
    Where all rows of a model that follows changes depend on other models or on variables, a hash of these comes second.
    A model with `meta: {changes_with: [models]}` has other rows only where these models have.
    A model with `meta: {reads_beside_refs: true}` reads something that dbt doesn't know of, and is built in every run.
#}
{% macro model_inputs() -%}
    {%- set node = graph.nodes[model.unique_id] -%}
    {%- set texts = [model_logic(model.unique_id), model_columns(model.unique_id), node.description or ''] -%}
    {%- for column in node.columns.values() -%}
        {%- do texts.append(column.description or '') -%}
    {%- endfor -%}
    {%- set meta = model.config.meta -%}
    {%- if model.config.materialized != 'versioned_incremental' or (meta.get('is_followed') and not meta.get('follows_loads_of')) -%}
        {%- do texts.append(modules.re.sub('/\\* months \\*/.*?/\\* months \\*/', '', without_database(compiled_code))) -%}
    {%- endif -%}
    {%- set parents = node.depends_on.nodes | unique | sort -%}
    {%- if model.config.meta.get('changes_with') -%}
        {%- set parents = [] -%}
        {%- for name in model.config.meta.changes_with -%}
            {%- do parents.append('model.intercom_warehouse.' ~ name) -%}
        {%- endfor -%}
    {%- endif -%}
    {#- Beside another raw table, `_loads` only says which loads are complete. The other table's version has that. -#}
    {%- set is_with_raw = parents | select('in', graph.sources) | list | length > 1 -%}
    {%- for parent in parents if not (is_with_raw and parent.endswith('._loads')) -%}
        {%- if model.config.materialized == 'versioned_view' and parent in graph.nodes -%}
            {%- do texts.append(parent ~ '=' ~ graph.nodes[parent].checksum.checksum ~ ' ' ~ model_columns(parent)) -%}
        {%- else -%}
            {%- do texts.append(parent ~ '=' ~ rows_version(parent)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if model.config.meta.get('reads_beside_refs') -%}
        {%- do texts.append(run_number() | string) -%}
    {%- endif -%}
    {%- set causes = rebuild_causes() if model.config.meta.get('follows') else '' -%}
    {%- do texts.append(causes) -%}
    {{ return(local_md5(texts | join('\n')) ~ (' ' ~ causes if causes else '')) }}
{%- endmacro %}
