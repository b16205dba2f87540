-- one row per collection or section of articles: where it lies, and in which help center
{#- Intercom nests three levels. A chain of parents that never ends ends here. -#}
{%- set levels_max = 6 %}
with

collections as (
    select * from {{ ref('stg_intercom__collections') }}
),

{% for level in range(1, levels_max) -%}
    level_{{ level }} as (
        select
            {%- if loop.first %}
                collections.workspace_id,
                collections.collection_id,
                collections.help_center_id,
                collections.parent_collection_id as next_collection_id,
                1 as depth,
            {%- else %}
                below.workspace_id,
                below.collection_id,
                -- A section is in the help center of the collection above it.
                coalesce(below.help_center_id, collections.help_center_id) as help_center_id,
                collections.parent_collection_id as next_collection_id,
                case when collections.collection_id is null then below.depth else below.depth + 1 end as depth,
            {%- endif %}
        {%- if loop.first %}
            from collections
        {%- else %}
            from level_{{ level - 1 }} as below
            left join collections
                on
                    below.workspace_id = collections.workspace_id
                    and below.next_collection_id = collections.collection_id
        {%- endif %}
    ),

{% endfor -%}
final as (
    select
        collections.workspace_id,
        collections.collection_id,
        collections.parent_collection_id,
        collections.name,
        collections.description,
        collections.url,
        collections.icon,
        collections.display_order,
        parents.name as parent_collection_name,
        parents.url as parent_collection_url,
        levels.help_center_id,
        levels.depth,
        collections.is_deleted,
    from collections
    inner join level_{{ levels_max - 1 }} as levels
        on collections.workspace_id = levels.workspace_id and collections.collection_id = levels.collection_id
    left join collections as parents
        on
            collections.workspace_id = parents.workspace_id
            and collections.parent_collection_id = parents.collection_id
)

select * from final
