{#
    The newest complete load that the model's rows have after this build, in whole seconds since 1970: of several raw tables, the oldest of
    their newest loads. A model that looks at loads (`meta: follows_loads_of`) has what the staging models have that it reads.
#}
{% macro newest_load() -%}
    {%- set loads = [] -%}
    {%- for parent in graph.nodes[model.unique_id].depends_on.nodes -%}
        {%- if model.config.meta.get('follows_loads_of') -%}
            {%- set built = builds_now().get(parent) or builds_before().get(parent, {}) -%}
            {%- if built.get('loaded_to') is not none -%}
                {%- do loads.append(built.loaded_to | int) -%}
            {%- endif -%}
        {%- elif parent in graph.sources and not graph.sources[parent].name.startswith('_') -%}
            {%- do loads.append((raw_versions().get(graph.sources[parent].name, {}).newest_load or 0) | int) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(loads | min if loads else none) }}
{%- endmacro %}
