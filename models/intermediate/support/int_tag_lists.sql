-- one row per contact or company with tags: their names
{{ config(materialized='versioned_view') }}

with

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

tags as (
    select * from {{ ref('stg_intercom__tags') }}
),

unnested as (
    select
        contacts.workspace_id,
        'contact' as tagged_type,
        contacts.contact_id as tagged_id,
        {{ json_id('tag', '$.id') }} as tag_id,
        {{ json_str('tag', '$.name') }} as tag_name,
    from {{ unnest_json('contacts', 'tags', 'tag') }}
    union all
    select
        companies.workspace_id,
        'company' as tagged_type,
        companies.company_id as tagged_id,
        {{ json_id('tag', '$.id') }} as tag_id,
        {{ json_str('tag', '$.name') }} as tag_name,
    from {{ unnest_json('companies', 'tags', 'tag') }}
),

-- A contact has only the ids of its tags.
named as (
    select distinct
        unnested.workspace_id,
        unnested.tagged_type,
        unnested.tagged_id,
        coalesce(unnested.tag_name, tags.name, unnested.tag_id) as tag_name,
    from unnested
    left join tags on unnested.workspace_id = tags.workspace_id and unnested.tag_id = tags.tag_id
    where unnested.tag_id is not null
),

final as (
    select
        workspace_id,
        tagged_type,
        tagged_id,
        {{ sorted_list('tag_name') }} as tag_names,
    from named
    group by workspace_id, tagged_type, tagged_id
)

select * from final
