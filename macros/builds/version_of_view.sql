{# The version of a view's rows: of its code, and of the rows of all that it reads. #}
{% macro version_of_view() -%}
    {%- set texts = [model_inputs()] -%}
    {%- for parent in graph.nodes[model.unique_id].depends_on.nodes | unique | sort -%}
        {%- do texts.append(parent ~ '=' ~ rows_version(parent)) -%}
    {%- endfor -%}
    {{ return(local_md5(texts | join('\n'))) }}
{%- endmacro %}
