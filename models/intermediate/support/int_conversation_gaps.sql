-- one row per event of a thread with parts that Intercom never showed: whether such parts come before or after the event
{{ config(cluster_by=['workspace_id', 'conversation_id']) }}

{{ thread_gaps(
    'conversation',
    threads=ref('stg_intercom__conversations'),
    parts=ref('stg_intercom__conversation_parts'),
    retrievals=ref('stg_intercom__conversation_retrievals'),
) }}
