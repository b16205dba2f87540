{#
    Before a build: raw tables that the chosen models read must exist. An update of this project can bring new ones, which the next sync
    makes.
    Errors: one is missing. Each model that reads it would then fail with a message of its own, and none would say what to do.
#}
{% macro refuse_missing_tables() -%}
    {%- if builds_ours() and flags.WHICH != 'retry' -%}
        {%- set missing = [] -%}
        {%- for id in selected_resources -%}
            {%- for parent in graph.nodes.get(id, {}).get('depends_on', {}).get('nodes', []) if parent in graph.sources -%}
                {%- set raw = graph.sources[parent] -%}
                {%- if raw.package_name == 'intercom_warehouse' and raw.name not in missing
                    and adapter.get_relation(raw.database, raw.schema, raw.identifier) is none -%}
                    {%- do missing.append(raw.name) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- if missing -%}
            {%- do exceptions.raise_compiler_error(
                'The warehouse lacks raw tables that this version reads: ' ~ missing | sort | join(', ')
                ~ '. Run `make sync` first, which makes them.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
