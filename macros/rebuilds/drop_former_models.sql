{#
    Before a build: drops the tables of models that earlier versions of the project had under other names. No build would bring them
    up to date, and they name contacts. Where another project has installed this one, there are none, and such a name would be one of its own.
#}
{% macro drop_former_models() -%}
    {%- if builds_ours() and project_name == 'intercom_warehouse' -%}
        {%- set place = model_versions() -%}
        {%- for name in [
            'int_conversation_names', 'int_conversation_contexts', 'int_covered_stretches', 'int_workspace_clocks', 'int_churn_clock'
        ] -%}
            {%- set former = adapter.get_relation(place.database, place.schema, name) -%}
            {%- if former is not none -%}
                {%- do adapter.drop_relation(former) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
