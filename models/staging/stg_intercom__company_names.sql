-- one row per workspace, company and name that the company ever had: earlier names stand in older messages
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'company_id', 'name'],
    cluster_by=['workspace_id', 'company_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'companies'), {'workspace_id': '_workspace_id', 'company_id': 'id'}) }}",
) }}

{{ names_ever('companies', 'company_id') }}
