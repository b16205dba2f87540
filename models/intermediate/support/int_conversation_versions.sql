-- one row per conversation that Intercom still has: the version that everything derived from this conversation alone is built from
{{ config(
    materialized='versioned_incremental',
    unique_key=['workspace_id', 'conversation_id'],
    meta={
        'is_followed': 'conversation',
        'follows': 'int_conversation_lookups',
        'follows_loads_of': 'conversations',
        'settings': [var('reporting_time_zone')],
        'logic_version': 2,
    },
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}

-- The time zone is part of the version: with days of two time zones, the backlog would go below zero.
{{ thread_versions(
    'conversation',
    lookups=ref('int_conversation_lookups'),
    parts=ref('stg_intercom__conversation_parts'),
    retrievals=ref('stg_intercom__conversation_retrievals'),
    gaps=ref('int_conversation_gaps'),
    depends_on=[
        'lookups.built_from', 'threads.parts_count', epoch_seconds('threads.fetched_at'), reporting_time_zone(),
        'gaps.parts_after_gaps', 'gaps.parts_before_gaps', 'retrieved.retrievals_count',
    ],
) }}
