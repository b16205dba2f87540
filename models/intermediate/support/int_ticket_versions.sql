-- one row per ticket that Intercom still has: the version that everything derived from this ticket alone is built from
{{ config(
    materialized='versioned_incremental',
    meta={'is_followed': 'ticket', 'logic_version': 2},
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
) }}

{{ thread_versions(
    'ticket',
    lookups=ref('int_ticket_lookups'),
    parts=ref('stg_intercom__ticket_parts'),
    retrievals=ref('stg_intercom__ticket_retrievals'),
    gaps=ref('int_ticket_gaps'),
    depends_on=[
        'lookups.built_from', 'threads.parts_count', epoch_seconds('threads.fetched_at'), 'gaps.parts_after_gaps',
        'gaps.parts_before_gaps', 'retrieved.retrievals_count',
    ],
) }}
