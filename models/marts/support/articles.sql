-- one row per article that is not deleted in Intercom: what it says, where it lies, and how it is used
{{ config(cluster_by=['workspace_id', 'article_id']) }}

with

articles as (
    select * from {{ ref('stg_intercom__articles') }}
    where not is_deleted
),

collections as (
    select * from {{ ref('int_collections') }}
),

help_centers as (
    select * from {{ ref('stg_intercom__help_centers') }}
),

admins as (
    select * from {{ ref('stg_intercom__admins') }}
),

listed as (
    select distinct
        articles.workspace_id,
        articles.article_id,
        {{ json_id('parent', '$') }} as collection_id,
    from {{ unnest_json('articles', 'parent_ids', 'parent') }}
),

-- Intercom lists the collections that an article lies in, with and without the collections above them. The lowest one says most;
-- of several, the first in the help center. A collection in no list, or gone, comes last.
placed as (
    select
        listed.workspace_id,
        listed.article_id,
        listed.collection_id,
        collections.parent_collection_id,
        collections.name,
        collections.description,
        collections.url,
        collections.icon,
        collections.display_order,
        collections.parent_collection_name,
        collections.parent_collection_url,
        collections.help_center_id,
    from listed
    left join collections
        on listed.workspace_id = collections.workspace_id and listed.collection_id = collections.collection_id
    where listed.collection_id is not null
    qualify
        row_number() over (
            partition by listed.workspace_id, listed.article_id
            order by
                case when coalesce(collections.is_deleted, true) then 1 else 0 end,
                coalesce(collections.depth, 0) desc,
                coalesce(collections.display_order, 2147483647),
                length(listed.collection_id),
                listed.collection_id
        ) = 1
),

collection_lists as (
    select
        listed.workspace_id,
        listed.article_id,
        {{ sorted_list('coalesce(collections.name, listed.collection_id)') }} as collection_names,
    from listed
    left join collections
        on listed.workspace_id = collections.workspace_id and listed.collection_id = collections.collection_id
    where listed.collection_id is not null
    group by listed.workspace_id, listed.article_id
),

final as (
    select
        articles.article_id,
        articles.workspace_id,
        articles.author_teammate_id,
        placed.collection_id,
        placed.parent_collection_id,
        placed.help_center_id,

        articles.title,
        articles.description,
        articles.body_html,
        articles.article_type,
        articles.state,
        articles.url,
        articles.default_locale,
        admins.name as author_name,
        admins.job_title as author_job_title,
        placed.name as collection_name,
        placed.description as collection_description,
        placed.url as collection_url,
        placed.icon as collection_icon,
        placed.display_order as collection_display_order,
        placed.parent_collection_name,
        placed.parent_collection_url,
        coalesce(collection_lists.collection_names, {{ empty_text_array() }}) as collection_names,
        help_centers.name as help_center_name,
        help_centers.identifier as help_center_identifier,

        articles.views,
        articles.conversations_started,
        articles.reactions,
        articles.happy_reaction_percentage,
        articles.neutral_reaction_percentage,
        articles.sad_reaction_percentage,
        articles.fin_involvements,
        articles.fin_resolutions,
        articles.fin_resolution_percentage,

        coalesce(articles.state = 'published', false) as is_published,
        placed.parent_collection_id is not null as is_in_nested_section,
        help_centers.is_website_turned_on as is_help_center_turned_on,

        articles.created_at,
        articles.updated_at,
        articles.fetched_at as statistics_as_of_at,
    from articles
    left join placed
        on articles.workspace_id = placed.workspace_id and articles.article_id = placed.article_id
    left join collection_lists
        on articles.workspace_id = collection_lists.workspace_id and articles.article_id = collection_lists.article_id
    left join help_centers
        on placed.workspace_id = help_centers.workspace_id and placed.help_center_id = help_centers.help_center_id
    left join admins
        on articles.workspace_id = admins.workspace_id and articles.author_teammate_id = admins.teammate_id
)

select * from final
