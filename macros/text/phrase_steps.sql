{#
    CTEs, the last of which is `phrases`: one row per topic, language and text to look for, of a relation with the columns of
    seeds/topics.csv. A phrase is `alternatives ~ others near them ! words that the sentence must not have` (seeds/README.md).
#}
{% macro phrase_steps(topics) -%}
topics as (
    select
        *,
        language in ('ja', 'zh', 'th') as has_no_spaces,
    from {{ topics }}
),

written as (
    select
        topic,
        kind,
        language,
        has_no_spaces,
        {{ trimmed('phrase') }} as phrase,
    from {{ unnest_pieces('topics', 'pattern', "'|'", 'phrase') }}
),

parts as (
    select
        topic,
        kind,
        language,
        has_no_spaces,
        {{ replace_pattern('phrase', '[ \\t][~!][ \\t].*', '') }} as first_part,
        coalesce({{ extract_pattern('phrase', '[ \\t]~[ \\t]([^~!]*)') }}, '') as near_part,
        coalesce({{ extract_pattern('phrase', '[ \\t]![ \\t](.*)') }}, '') as unless_part,
    from written
),

normalized as (
    select
        topic,
        kind,
        language,
        has_no_spaces,
        {{ topic_needles('first_part', 'has_no_spaces') }} as needles,
        case when near_part <> '' then {{ topic_needles('near_part', 'has_no_spaces') }} else '' end as near_needles,
        case when unless_part <> '' then {{ topic_needles('unless_part', 'has_no_spaces') }} else '' end as unless_needles,
    from parts
),

alternatives as (
    select
        topic,
        kind,
        language,
        has_no_spaces,
        near_needles,
        unless_needles,
        needle,
    from {{ unnest_pieces('normalized', 'needles', "'|'", 'needle') }}
    where trim(needle) <> ''
),

phrases as (
    select distinct
        topic,
        kind,
        language,
        needle,
        near_needles,
        unless_needles,
        has_no_spaces,
        -- Only sentences with a word that has the same first three letters are searched for the phrase.
        has_no_spaces or not starts_with(needle, ' ') or length(needle) < 4 as is_searched_everywhere,
        {{ has_wide_script('needle') }} as is_in_wide_script,
        {{ replace_pattern("left(concat(trim(needle), ' '), 3)", ' .+', ' ') }} as first_letters,
    from alternatives
)
{%- endmacro %}
