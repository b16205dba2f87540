-- one row per workspace, contact and name that the contact ever had: earlier names stand in older messages
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'contact_id', 'name'],
    cluster_by=['workspace_id', 'contact_id'],
    post_hook="{{ delete_vanished(source('intercom_raw', 'contacts'), {'workspace_id': '_workspace_id', 'contact_id': 'id'}) }}",
) }}

{{ names_ever('contacts', 'contact_id') }}
