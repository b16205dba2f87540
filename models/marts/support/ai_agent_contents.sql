-- one row per conversation (not deleted in Intercom) and content source that the AI agent used in it
{{ config(materialized='versioned_view') }}

with

contents as (
    select * from {{ ref('int_conversation_ai_contents') }}
),

articles as (
    select * from {{ ref('stg_intercom__articles') }}
),

-- Two articles can have one title: then the title names neither.
titled_articles as (
    select
        workspace_id,
        title,
        min(article_id) as article_id,
    from articles
    where title is not null
    group by workspace_id, title
    having count(*) = 1
),

final as (
    select
        contents.conversation_id,
        contents.workspace_id,
        contents.content_source_key,
        case when contents.content_type = 'article' then coalesce(articles.article_id, titled_articles.article_id) end as article_id,

        contents.content_type,
        contents.title,
        contents.url,
        contents.locale,

        contents.conversation_created_at,
    from contents
    left join articles
        on contents.workspace_id = articles.workspace_id and contents.content_id = articles.article_id
    left join titled_articles
        on contents.workspace_id = titled_articles.workspace_id and contents.title = titled_articles.title
)

select * from final
