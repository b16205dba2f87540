{# A condition on rows with a workspace_id: whether the workspace's companies and contacts may be accounts (`vars: churn_workspaces`). #}
{% macro is_in_churn_workspaces() -%}
    {{ text_in_list('workspace_id', var('churn_workspaces')) if var('churn_workspaces') else 'true' }}
{%- endmacro %}
