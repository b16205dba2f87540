{#
    A materialization: dbt's view, which is left as it is when neither its code nor the columns of what it reads have changed. What it reads
    may have other rows: then the view has another version, for the models that read it.
#}
{% materialization versioned_view, adapter='duckdb' -%}
    {%- set relations = leave_as_is() if is_unchanged() else replace_view() -%}
    {%- do remember_build(version_of_view()) -%}
    {{ return(relations) }}
{%- endmaterialization %}

{% materialization versioned_view, adapter='bigquery' -%}
    {%- set relations = leave_as_is() if is_unchanged() else replace_view() -%}
    {%- do remember_build(version_of_view()) -%}
    {{ return(relations) }}
{%- endmaterialization %}
