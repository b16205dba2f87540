-- one row per part of a ticket with parts that Intercom never showed: whether such parts come before or after the part
-- Raw parts are read only when a thread with a gap changed: they hold every version of every part.
{{ config(cluster_by=['workspace_id', 'ticket_id'], meta={'compares_rows': true, 'changes_with': ['int_short_tickets']}) }}

{{ thread_gaps(
    'ticket',
    short_threads=ref('int_short_tickets'),
    retrievals=ref('stg_intercom__ticket_retrievals'),
) }}
