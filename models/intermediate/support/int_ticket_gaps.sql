-- one row per part of a ticket with parts that Intercom never showed: whether such parts come before or after the part
{{ config(cluster_by=['workspace_id', 'ticket_id']) }}

{{ thread_gaps(
    'ticket',
    threads=ref('stg_intercom__tickets'),
    parts=ref('stg_intercom__ticket_parts'),
    retrievals=ref('stg_intercom__ticket_retrievals'),
) }}
