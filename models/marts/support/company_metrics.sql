-- one row per company, also those gone from Intercom: its attributes, and the conversations that belong to it
-- Figures of the whole history: a view, so that they cost something when they are asked for, not with every build.
{{ config(materialized='versioned_view') }}

with

companies as (
    select * from {{ ref('companies') }}
),

conversation_metrics as (
    select * from {{ ref('int_conversation_metrics') }}
),

ranked_conversations as (
    {{ with_ranks('conversation_metrics', ['workspace_id', 'company_id', 'is_merged_away'], ranked_figures()) }}
),

tag_lists as (
    select * from {{ ref('int_tag_lists') }}
    where tagged_type = 'company'
),

-- A company can be on a conversation and in no list: it was gone before the first sync, or it has no users and Intercom's list lacks
-- such companies.
known_companies as (
    select
        workspace_id,
        company_id,
    from companies
    union distinct
    select
        workspace_id,
        company_id,
    from conversation_metrics
    where company_id is not null
),

measured as (
    select
        known_companies.company_id,
        known_companies.workspace_id,
        {{ group_metrics('ranked_conversations', is_ranked=true) }}
    from known_companies
    left join ranked_conversations
        on
            known_companies.workspace_id = ranked_conversations.workspace_id
            and known_companies.company_id = ranked_conversations.company_id
    group by known_companies.company_id, known_companies.workspace_id
),

final as (
    select
        measured.*,
        companies.external_id,
        companies.name as company_name,
        companies.website,
        companies.industry,
        companies.plan_id,
        companies.plan_name,
        companies.employees_count,
        companies.users_count,
        companies.sessions_count,
        companies.monthly_spend,
        coalesce(tag_lists.tag_names, {{ empty_text_array() }}) as tag_names,
        coalesce(companies.is_deleted, true) as is_deleted,
        companies.created_at,
        companies.updated_at,
        companies.last_request_at,
    from measured
    left join companies
        on measured.workspace_id = companies.workspace_id and measured.company_id = companies.company_id
    left join tag_lists
        on measured.workspace_id = tag_lists.workspace_id and measured.company_id = tag_lists.tagged_id
)

select * from final
