{#
    Before a build: makes the table of `model_versions` where it is missing. It is made before all models, because two models that
    made it at the same time would stop each other. Then the table is read, before any model adds to it.
#}
{% macro make_model_versions() -%}
    {%- if builds_ours() -%}
        {%- set versions = model_versions() -%}
        {%- if adapter.get_relation(versions.database, versions.schema, versions.identifier) is none -%}
            {# BigQuery may ask for the right to make datasets also where this one is there. #}
            {%- if not adapter.check_schema_exists(versions.database, versions.schema) -%}
                {%- do adapter.create_schema(versions.without_identifier()) -%}
            {%- endif -%}
            {%- do run_query(
                'create table ' ~ versions ~ ' (model_name ' ~ dbt.type_string() ~ ', logic ' ~ dbt.type_string()
                ~ ', column_names ' ~ dbt.type_string() ~ ', recorded_at timestamp)'
            ) -%}
            {%- do adapter.cache_added(versions) -%}
        {%- endif -%}
        {%- do stored_versions() -%}
    {%- endif -%}
{%- endmacro %}
