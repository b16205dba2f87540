-- one row per conversation that Intercom still has: the names, counts and version that its metrics are built from
{{ config(
    materialized='versioned_incremental',
    meta={'is_followed': 'conversation', 'attribute_columns_of': 'conversation_attribute_columns', 'logic_version': 5},
    partition_by=monthly('conversation_created_at'),
    cluster_by=['workspace_id', 'conversation_id'],
) }}
{%- set attributes = attribute_columns('conversation_attribute_columns') %}
{%- set attribute_texts = [] %}
{%- for entry in attributes %}
    {%- do attribute_texts.append('attribute_' ~ loop.index) %}
{%- endfor %}

with

versions as (
    select * from {{ ref('int_conversation_versions') }}
),

lookups as (
    select * from {{ ref('int_conversation_lookups') }}
),

facts as (
    select * from {{ ref('int_conversation_facts') }}
),

conversation_tickets as (
    select * from {{ ref('int_conversation_tickets') }}
    where not is_ticket_deleted
),

teams as (
    select * from {{ ref('stg_intercom__teams') }}
),

teammates as (
    select * from {{ ref('int_teammates') }}
),

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

merged as (
    select * from {{ ref('int_conversation_merges') }}
),

contact_lists as (
    {{ name_lists('int_conversation_contacts', 'stg_intercom__contacts', 'contact', ['name', 'email']) }}
),

company_lists as (
    {{ name_lists('int_conversation_companies', 'stg_intercom__companies', 'company') }}
),

teammate_lists as (
    {{ name_lists('int_conversation_teammates', 'int_teammates', 'teammate') }}
),

tag_lists as (
    select
        workspace_id,
        conversation_id,
        array_agg(tag_name order by {{ code_unit_key('tag_name') }}) as tags,
    from {{ ref('int_conversation_tag_names') }}
    group by workspace_id, conversation_id
),

content_counts as (
    select
        workspace_id,
        conversation_id,
        count(*) as content_sources_count,
    from {{ ref('int_conversation_ai_contents') }}
    group by workspace_id, conversation_id
),

-- Without columns of attributes it has no rows.
attribute_texts as (
    select
        workspace_id,
        conversation_id,
        {%- for entry in attributes %}
            max(case when attribute_name = {{ text_literal(entry.attribute) }} then value_text end) as attribute_{{ loop.index }},
        {%- endfor %}
    from {{ ref('int_conversation_attributes') }}
    where {{ text_in_list('attribute_name', attributes | map(attribute='attribute') | list) }}
    group by workspace_id, conversation_id
),

joined as (
    select
        versions.workspace_id,
        versions.conversation_id,
        versions.conversation_created_at,
        versions.built_from as versions_built_from,
        lookups.contact_name,
        lookups.contact_email,
        companies.name as company_name,
        assigned_teams.name as assigned_team_name,
        teammates.name as assigned_teammate_name,
        coalesce(tag_lists.tags, {{ empty_text_array() }}) as tags,
        coalesce(contact_lists.names_count, 0) as count_contacts,
        coalesce(content_counts.content_sources_count, 0) as count_ai_agent_content_sources,
        coalesce(contact_lists.names, {{ empty_text_array() }}) as contact_names,
        coalesce(company_lists.names, {{ empty_text_array() }}) as company_names,
        coalesce(teammate_lists.names, {{ empty_text_array() }}) as teammate_names,
        first_teams.name as first_team_name,
        last_teams.name as last_team_name,
        conversation_tickets.ticket_id,
        conversation_tickets.ticket_category,
        merged.merged_into_conversation_id,
        merged.conversation_id is not null as is_merged_away,
        merged.merged_at,
        {%- for entry in attributes %}
            attribute_texts.attribute_{{ loop.index }},
        {%- endfor %}
    from versions
    inner join lookups
        on versions.workspace_id = lookups.workspace_id and versions.conversation_id = lookups.conversation_id
    left join facts
        on versions.workspace_id = facts.workspace_id and versions.conversation_id = facts.conversation_id
    left join conversation_tickets
        on
            versions.workspace_id = conversation_tickets.workspace_id
            and versions.conversation_id = conversation_tickets.conversation_id
    left join contact_lists
        on
            versions.workspace_id = contact_lists.workspace_id
            and versions.conversation_id = contact_lists.conversation_id
    left join company_lists
        on
            versions.workspace_id = company_lists.workspace_id
            and versions.conversation_id = company_lists.conversation_id
    left join teammate_lists
        on
            versions.workspace_id = teammate_lists.workspace_id
            and versions.conversation_id = teammate_lists.conversation_id
    left join tag_lists
        on
            versions.workspace_id = tag_lists.workspace_id
            and versions.conversation_id = tag_lists.conversation_id
    left join content_counts
        on
            versions.workspace_id = content_counts.workspace_id
            and versions.conversation_id = content_counts.conversation_id
    left join companies
        on versions.workspace_id = companies.workspace_id and lookups.company_id = companies.company_id
    left join teammates
        on versions.workspace_id = teammates.workspace_id and lookups.teammate_assignee_id = teammates.teammate_id
    left join teams as assigned_teams
        on versions.workspace_id = assigned_teams.workspace_id and lookups.team_assignee_id = assigned_teams.team_id
    left join teams as first_teams
        on
            versions.workspace_id = first_teams.workspace_id
            and facts.first_team_id = first_teams.team_id
    left join teams as last_teams
        on
            versions.workspace_id = last_teams.workspace_id
            and coalesce(lookups.team_assignee_id, facts.last_assigned_team_id) = last_teams.team_id
    left join attribute_texts
        on
            versions.workspace_id = attribute_texts.workspace_id
            and versions.conversation_id = attribute_texts.conversation_id
    left join merged
        on versions.workspace_id = merged.workspace_id and versions.conversation_id = merged.conversation_id
),

final as (
    select
        workspace_id,
        conversation_id,
        contact_name,
        contact_email,
        company_name,
        assigned_team_name,
        assigned_teammate_name,
        tags,
        count_contacts,
        count_ai_agent_content_sources,
        contact_names,
        company_names,
        teammate_names,
        first_team_name,
        last_team_name,
        ticket_id,
        ticket_category,
        merged_into_conversation_id,
        is_merged_away,
        conversation_created_at,
        {{ version_of([
            'versions_built_from', 'count_contacts', 'count_ai_agent_content_sources', "array_to_string(contact_names, '|')",
            "array_to_string(company_names, '|')", "array_to_string(teammate_names, '|')", "array_to_string(tags, '|')",
            'contact_name', 'contact_email', 'company_name', 'assigned_team_name', 'assigned_teammate_name', 'first_team_name',
            'last_team_name', 'ticket_id', 'ticket_category', 'merged_into_conversation_id',
            "case when is_merged_away then 'merged' end", epoch_seconds('merged_at'), text_literal(var('conversation_url')),
        ] + attribute_texts) }} as built_from,
        {%- for entry in attributes %}
            {{ attribute_value('attribute_' ~ loop.index, entry.type) }} as {{ entry.column }},
        {%- endfor %}
    from joined
)

select * from final
