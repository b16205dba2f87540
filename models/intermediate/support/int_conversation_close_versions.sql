-- one row per conversation with a close to send to other tools: the version that all that is sent of its closes is built from
-- A close is told once its quiet hours are over: of all closes, only those become a change for which that is so since the last build.
{{ config(
    materialized='versioned_incremental',
    meta={'is_followed': 'conversation', 'logic_version': 2},
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}

with

inputs as (
    select * from {{ ref('int_conversation_metric_inputs') }}
),

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
),

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
    where not is_deleted
),

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

spells as (
    select * from {{ ref('int_conversation_spells') }}
),

merged as (
    select * from {{ ref('int_conversation_merges') }}
),

synced_ranges as (
    select * from {{ ref('int_synced_ranges') }}
    where stream = 'conversations'
),

{{ told_closes_steps('spells', 'merged', 'conversations', 'synced_ranges') }},

told_counts as (
    select
        workspace_id,
        conversation_id,
        count(*) as told_count,
    from told_closes
    group by workspace_id, conversation_id
),

joined as (
    select
        inputs.workspace_id,
        inputs.conversation_id,
        inputs.conversation_created_at,
        inputs.built_from as inputs_built_from,
        told_counts.told_count,
        contacts.contact_id,
        contacts.external_id as contact_external_id,
        contacts.name as contact_name,
        contacts.email_domain,
        companies.external_id as company_external_id,
        companies.name as company_name,
        companies.plan_name,
        companies.website,
    from told_counts
    inner join inputs
        on told_counts.workspace_id = inputs.workspace_id and told_counts.conversation_id = inputs.conversation_id
    inner join lookups
        on told_counts.workspace_id = lookups.workspace_id and told_counts.conversation_id = lookups.conversation_id
    left join contacts
        on lookups.workspace_id = contacts.workspace_id and lookups.contact_id = contacts.contact_id
    left join companies
        on lookups.workspace_id = companies.workspace_id and lookups.company_id = companies.company_id
),

final as (
    select
        workspace_id,
        conversation_id,
        conversation_created_at,
        told_count,
        {{ version_of([
            'inputs_built_from', 'told_count', 'contact_id', 'contact_external_id', 'contact_name', 'email_domain',
            'company_external_id', 'company_name', 'plan_name', 'website',
        ]) }} as built_from,
    from joined
)

select * from final
