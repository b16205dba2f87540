{#
    What the rows of a model depend on besides data and variables: the logic versions of the model and of all models that it reads,
    directly or not, as one text. A model states its version by `config(meta={'logic_version': 2})`; without one the version is 1,
    which the text leaves out.
#}
{% macro model_logic(unique_id) -%}
    {%- set known = remembered('model_logic') -%}
    {%- if unique_id not in known -%}
        {%- set versions = logic_versions(unique_id) -%}
        {%- set raised = [] -%}
        {%- for each in versions | sort if versions[each] != 1 -%}
            {%- do raised.append(graph.nodes[each].name ~ '=' ~ versions[each]) -%}
        {%- endfor -%}
        {%- do known.update({unique_id: 'logic ' ~ (raised | join(' ') or '1')}) -%}
    {%- endif -%}
    {{ return(known[unique_id]) }}
{%- endmacro %}
