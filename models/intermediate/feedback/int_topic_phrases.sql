-- one row per topic, language and phrase, in the normalized form that sentences are searched for
{{ config(meta={'compares_rows': true}) }}

with

topics as (
    select * from {{ topics_relation() }}
),

phrases as (
    select
        topic,
        kind,
        language,
        language in ('ja', 'zh', 'th') as is_found_in_words,
        {{ trimmed('phrase') }} as phrase,
    from {{ unnest_pieces('topics', 'pattern', "'|'", 'phrase') }}
),

worded as (
    select
        *,
        {{ plain_words('phrase') }} as words,
    from phrases
),

with_needle as (
    select
        *,
        -- ' refund' is in ' our refunds ', ' late ' is not in ' our template '.
        case
            when is_found_in_words then trim(words)
            when phrase like '%*' then rtrim(words)
            else words
        end as needle,
    from worded
    where trim(words) <> ''
),

final as (
    select distinct
        topic,
        kind,
        language,
        needle,
        -- Only sentences with a word that has the same first three letters are searched for the phrase.
        is_found_in_words or length(needle) < 4 as is_searched_everywhere,
        {{ replace_pattern('left(substr(words, 2), 3)', ' .+', ' ') }} as first_letters,
    from with_needle
)

select * from final
