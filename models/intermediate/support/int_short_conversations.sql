-- one row per conversation with more parts than Intercom shows, of which fewer are stored
{{ config(meta={'compares_rows': true}) }}

{{ short_threads(
    'conversation',
    threads=ref('stg_intercom__conversations'),
    parts=ref('stg_intercom__conversation_parts'),
    retrievals=ref('stg_intercom__conversation_retrievals'),
) }}
