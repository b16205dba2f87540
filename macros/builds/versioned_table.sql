{#
    A materialization: dbt's table, which is left as it is when nothing that it is made of has changed. With `meta: {compares_rows: true}`
    the new rows are compared with the rows before: where they are the same, the models that read them are left as they are, too. This is for
    small tables that are often built and seldom change.
#}
{% materialization versioned_table, adapter='duckdb' -%}
    {%- if is_unchanged() -%}
        {{ return(leave_as_is()) }}
    {%- endif -%}
    {%- set relations = replace_table() -%}
    {%- do remember_build(version_of_new_rows()) -%}
    {{ return(relations) }}
{%- endmaterialization %}

{% materialization versioned_table, adapter='bigquery' -%}
    {%- if is_unchanged() -%}
        {{ return(leave_as_is()) }}
    {%- endif -%}
    {%- set relations = replace_table() -%}
    {%- do remember_build(version_of_new_rows()) -%}
    {{ return(relations) }}
{%- endmaterialization %}
