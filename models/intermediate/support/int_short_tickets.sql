-- one row per ticket with more parts than Intercom shows, of which fewer are stored
{{ config(meta={'compares_rows': true}) }}

{{ short_threads(
    'ticket',
    threads=ref('stg_intercom__tickets'),
    parts=ref('stg_intercom__ticket_parts'),
    retrievals=ref('stg_intercom__ticket_retrievals'),
) }}
