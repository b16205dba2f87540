{#
    CTEs, the last of which is `matches`: a row per sentence and phrase found in it, of `sentences` (`sentence_steps`) and `phrases`
    (`phrase_steps`). A row may come several times.
    The joins use the first letters of words (a hash join), because comparing every phrase with every sentence is slow.
#}
{% macro match_steps() -%}
{%- set key = ['workspace_id', 'conversation_id', 'message_id', 'sentence_number'] -%}
beginnings as (
    select
        {% for column in key %}{{ column }},
        {% endfor %}words,
        left(concat(word, ' '), 3) as first_letters,
    from {{ unnest_pieces('sentences', 'trim(words)', "' '", 'word') }}
),

-- Most sentences have no letter of such a script, and need not be compared with phrases that have one.
with_script as (
    select
        *,
        {{ has_wide_script('words') }} as is_in_wide_script,
    from sentences
),

candidates as (
    select
        {% for column in key %}beginnings.{{ column }},
        {% endfor %}beginnings.words,
        phrases.topic,
        phrases.kind,
        phrases.needle,
        phrases.near_needles,
        phrases.unless_needles,
        phrases.has_no_spaces,
    from beginnings
    inner join phrases on beginnings.first_letters = phrases.first_letters
    where not phrases.is_searched_everywhere and strpos(beginnings.words, phrases.needle) > 0
    union all
    select
        {% for column in key %}with_script.{{ column }},
        {% endfor %}with_script.words,
        phrases.topic,
        phrases.kind,
        phrases.needle,
        phrases.near_needles,
        phrases.unless_needles,
        phrases.has_no_spaces,
    from with_script
    cross join phrases
    where
        phrases.is_searched_everywhere
        and (not phrases.is_in_wide_script or with_script.is_in_wide_script)
        and strpos(with_script.words, phrases.needle) > 0
),

matches as (
    select
        {% for column in key %}{{ column }},
        {% endfor %}topic,
        kind,
    from candidates
    where
        case
            when near_needles = '' then true
            else {{ has_any(near_words('words', 'needle', near_characters_max('has_no_spaces')), 'near_needles') }}
        end
        and case when unless_needles = '' then true else not {{ has_any('words', 'unless_needles') }} end
)
{%- endmacro %}
