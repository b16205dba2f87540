-- one row per event of a thread with parts that Intercom never showed: whether such parts come before or after the event
-- Raw parts are read only when a thread with a gap changed: they hold every version of every part.
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'compares_rows': true, 'changes_with': ['int_short_conversations']}) }}

{{ thread_gaps(
    'conversation',
    short_threads=ref('int_short_conversations'),
    retrievals=ref('stg_intercom__conversation_retrievals'),
) }}
