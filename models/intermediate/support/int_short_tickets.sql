-- one row per ticket with more parts than Intercom shows, of which fewer are stored
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'ticket_id'],
    meta={'compares_rows': true, 'follows_loads_of': 'tickets'},
) }}

{{ short_threads(
    'ticket',
    threads=ref('stg_intercom__tickets'),
    parts=ref('stg_intercom__ticket_parts'),
    retrievals=ref('stg_intercom__ticket_retrievals'),
) }}
