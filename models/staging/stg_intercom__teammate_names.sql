-- one row per workspace, teammate and name that the teammate ever had: earlier names stand in older messages
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'teammate_id', 'name'],
    cluster_by=['workspace_id', 'teammate_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'admins'), {'workspace_id': '_workspace_id', 'teammate_id': 'id'}) }}",
) }}

{{ names_ever('admins', 'teammate_id') }}
