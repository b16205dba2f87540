-- one row per ticket that Intercom still has and teammate who wrote in it and is in no list: under which name the last time
{{ config(
    materialized='versioned_incremental',
    meta={'follows': 'int_ticket_versions', 'rebuilt_with': ['int_listed_teammates']},
    unique_key=['workspace_id', 'ticket_id', 'teammate_id'],
    partition_by=monthly('ticket_created_at'),
    cluster_by=['workspace_id', 'ticket_id'],
) }}
{%- set months = changed_months() %}

with

changed as (
    {{ changed_conversations(ref('int_ticket_versions'), record='ticket') }}
),

listed as (
    select * from {{ ref('int_listed_teammates') }}
),

parts as (
    {{ changed_rows(ref('int_ticket_parts'), months, month='ticket_created_at', record='ticket') }}
),

final as (
    select
        parts.workspace_id,
        parts.ticket_id,
        parts.author_id as teammate_id,
        parts.author_name as name,
        parts.author_email as email,
        parts.created_at as wrote_at,
        parts.ticket_part_id as event_id,
        parts.ticket_created_at,
    from parts
    left join listed
        on parts.workspace_id = listed.workspace_id and parts.author_id = listed.teammate_id
    where
        parts.author_kind = 'teammate'
        and parts.author_type = 'admin'
        and parts.author_id is not null
        and listed.teammate_id is null
    qualify
        row_number() over (
            partition by parts.workspace_id, parts.ticket_id, parts.author_id
            order by parts.created_at desc, parts.ticket_part_id desc
        ) = 1
)

select * from final
