{# A materialization: dbt's view, which is left as it is when neither its code nor anything that it reads has changed. #}
{% materialization versioned_view, adapter='duckdb' -%}
    {%- if is_unchanged() -%}
        {{ return(leave_as_is()) }}
    {%- endif -%}
    {%- set relations = materialization_view_default() -%}
    {%- do remember_build(model_inputs()) -%}
    {{ return(relations) }}
{%- endmaterialization %}

{% materialization versioned_view, adapter='bigquery' -%}
    {%- if is_unchanged() -%}
        {{ return(leave_as_is()) }}
    {%- endif -%}
    {%- set relations = materialization_view_bigquery() -%}
    {%- do remember_build(model_inputs()) -%}
    {{ return(relations) }}
{%- endmaterialization %}
