{# A hash of `add_rebuild_causes` for the model that is being built; the empty text where there are none. #}
{% macro rebuild_causes() -%}
    {%- set causes = {} -%}
    {%- do add_rebuild_causes(model.unique_id, causes) -%}
    {%- set texts = [] -%}
    {%- for cause in causes | sort -%}
        {%- do texts.append(cause ~ '=' ~ causes[cause]) -%}
    {%- endfor -%}
    {{ return(local_md5(texts | join('\n')) if texts else '') }}
{%- endmacro %}
