{#
    What the rows of a model depend on besides data and variables: the logic versions of the model and of all models that it reads,
    directly or not, as one text. A model states its version by `config(meta={'logic_version': 2})`; without one the version is 1,
    which the text leaves out.
#}
{% macro model_logic() -%}
    {%- set versions = {} -%}
    {%- do add_logic_versions(model.unique_id, versions) -%}
    {%- set raised = [] -%}
    {%- for name in versions | sort if versions[name] != 1 -%}
        {%- do raised.append(name ~ '=' ~ versions[name]) -%}
    {%- endfor -%}
    {{ return('logic ' ~ (raised | join(' ') or '1')) }}
{%- endmacro %}
