{#
    The hook before each model: gives its columns with personal data (`meta: {pii: true}`) the policy tag of `vars: pii_policy_tag`. BigQuery
    then shows them only to who may read what is under the tag. Without the variable, and on DuckDB, nothing changes. Views have no tags:
    what they show is guarded by the tags of their tables.
#}
{% macro tag_personal_columns() -%}
    {%- if execute and var('pii_policy_tag', '') and 'view' not in model.config.materialized -%}
        {%- for column in model.columns.values() if column.meta.get('pii') or column.get('config', {}).get('meta', {}).get('pii') -%}
            {%- do column.update({'policy_tags': [var('pii_policy_tag')]}) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
