{#
    Whether the day until which a model's rows are settled (`meta: settled_by`) is the one that its version names (`version_of_new_rows`).
#}
{% macro is_settled_as_before() -%}
    {%- set version = builds_before().get(model.unique_id, {}).get('rows_version') or '' -%}
    {{ return(version.endswith(' ' ~ rows_version('model.intercom_warehouse.' ~ model.config.meta.settled_by.model))) }}
{%- endmacro %}
