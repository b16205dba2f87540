{#
    What the rows of the model (or the answer of the test) are made of, as a hash: its code, its columns, and the versions of all that it reads. A
    `versioned_incremental` model has its logic version in place of its code, which names times of the run. The code of a model that others
    follow, and that looks at all records, names none, and variables are in it.
    Where all rows of a model that follows changes depend on other models or on variables, a hash of these comes second.
    A model with `meta: {changes_with: [models]}` has other rows only where these models have.
    A model with `meta: {daily_with: [models]}` is built again where these have other rows. The hash of all that it reads comes second: a build
    with CHECKS=all looks at that (`is_unchanged`).
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
    {%- set all_versions = versions_of(parents) -%}
    {%- set watched = meta.get('changes_with') or meta.get('daily_with') -%}
    {%- do texts.extend(versions_of(our_ids(watched)) if watched else all_versions) -%}
    {%- if meta.get('reads_beside_refs') -%}
        {%- do texts.append(run_number() | string) -%}
    {%- endif -%}
    {%- set causes = rebuild_causes() if meta.get('follows') else '' -%}
    {%- do texts.append(causes) -%}
    {%- set second = local_md5(all_versions | join('\n')) if meta.get('daily_with') else causes -%}
    {{ return(local_md5(texts | join('\n')) ~ (' ' ~ second if second else '')) }}
{%- endmacro %}
