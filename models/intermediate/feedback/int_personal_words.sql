-- one row per workspace and word in the name of a contact, teammate or company
-- No phrase has such a word. A company's name may be a word that all customers use: words of topics and of legal forms are no names.
{{ config(meta={'compares_rows': true}) }}

with

contacts as (
    select * from {{ ref('stg_intercom__contacts') }}
),

teammates as (
    select * from {{ ref('int_teammates') }}
),

companies as (
    select * from {{ ref('stg_intercom__companies') }}
),

conversations as (
    select * from {{ ref('int_conversations') }}
),

topic_phrases as (
    select * from {{ ref('int_topic_phrases') }}
),

-- Authors keep the name under which they wrote, also when the contact was renamed or deleted.
names as (
    select
        workspace_id,
        name,
        'contact' as kind,
    from contacts
    union all
    select
        workspace_id,
        source_author_name as name,
        case when opened_by = 'customer' then 'contact' else 'teammate' end as kind,
    from conversations
    union all
    select
        workspace_id,
        name,
        'teammate' as kind,
    from teammates
    union all
    select
        workspace_id,
        name,
        'company' as kind,
    from companies
),

different_names as (
    select
        workspace_id,
        kind,
        {{ plain_words('name') }} as words,
    from names
    where name is not null
    group by 1, 2, 3
),

-- An address in place of a name is left out of phrases by what it looks like.
name_words as (
    select
        workspace_id,
        word,
        max(case when kind = 'teammate' then 1 else 0 end) = 1 as is_teammate,
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
        name_words.is_teammate,
    from name_words
    left join topic_words on name_words.word = topic_words.word
    where
        topic_words.word is null
        and not {{ text_in_list('name_words.word', legal_forms()) }}
        and not {{ matches_pattern("concat('|', name_words.word, '|')", stop_word_pattern()) }}
)

select * from final
