-- one row per workspace and word in any name that a contact, teammate or company ever had
-- No phrase has such a word. Words of topics name nobody, whatever a company is called, nor do those of `words_of_no_name`.
-- A view, so that a purge leaves no name behind.
{{ config(materialized='versioned_view') }}

with

contacts as (
    select * from {{ ref('stg_intercom__contact_names') }}
),

companies as (
    select * from {{ ref('stg_intercom__company_names') }}
),

listed_teammates as (
    select * from {{ ref('stg_intercom__teammate_names') }}
),

teammates as (
    select * from {{ ref('int_teammates') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

topic_phrases as (
    select * from {{ ref('int_topic_phrases') }}
),

names as (
    select
        workspace_id,
        name,
        true as is_person,
    from contacts
    union all
    select
        workspace_id,
        name,
        true as is_person,
    from listed_teammates
    union all
    select
        workspace_id,
        name,
        true as is_person,
    from teammates
    union all
    -- A contact who was deleted before the first sync is in no list.
    select
        workspace_id,
        source_author_name as name,
        true as is_person,
    from conversations
    union all
    select
        workspace_id,
        name,
        false as is_person,
    from companies
),

different_names as (
    select distinct
        workspace_id,
        is_person,
        {{ plain_words('name') }} as words,
    from names
    where name is not null
),

name_words as (
    select
        workspace_id,
        word,
        max(case when is_person then 1 else 0 end) = 1 as is_person,
    from {{ unnest_pieces('different_names', 'trim(words)', "' '", 'word') }}
    where length(word) > 1
    group by workspace_id, word
),

topic_words as (
    select distinct word
    from {{ unnest_pieces('topic_phrases', "trim(concat(needle, ' ', replace(near_needles, '|', ' ')))", "' '", 'word') }}
),

final as (
    select
        name_words.workspace_id,
        name_words.word,
        name_words.is_person,
    from name_words
    left join topic_words on name_words.word = topic_words.word
    where
        topic_words.word is null
        and not {{ text_in_list('name_words.word', words_of_no_name()) }}
        and not {{ matches_pattern("concat('|', name_words.word, '|')", stop_word_pattern()) }}
)

select * from final
