-- one row per conversation with more parts than Intercom shows, of which fewer are stored
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'conversation_id'],
    meta={'compares_rows': true, 'follows_loads_of': 'conversations'},
) }}

{{ short_threads(
    'conversation',
    threads=ref('stg_intercom__conversations'),
    parts=ref('stg_intercom__conversation_parts'),
    retrievals=ref('stg_intercom__conversation_retrievals'),
) }}
