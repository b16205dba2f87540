{#
    Two or three words in a row that several messages without a topic have (`looked_at_steps`), and the topic whose messages have
    them most; no topic where no topic's have them. One of the words has more than three letters.
    Japanese, Chinese and Thai have no spaces to tell words by, so their phrases are pieces between punctuation marks.
#}
{% macro phrases_without_topic(least_messages) -%}
, sentences as (
    select
        looked_at.message,
        parts.sentence_number,
        parts.words,
    from looked_at
    inner join {{ built_model('int_feedback_sentences') }} as parts
        on
            looked_at.workspace_id = parts.workspace_id
            and looked_at.conversation_id = parts.conversation_id
            and looked_at.message_id = parts.message_id
),

words_in_order as (
    select
        message,
        sentence_number,
        word,
        {{ piece_number('word') }} as place,
    from {{ unnest_pieces('sentences', 'trim(words)', "' '", 'word') }}
),

with_next as (
    select
        message,
        word,
        lead(word) over (partition by message, sentence_number order by place) as second_word,
        lead(word, 2) over (partition by message, sentence_number order by place) as third_word,
    from words_in_order
),

phrases as (
    select distinct
        message,
        concat(word, ' ', second_word) as phrase,
    from with_next
    where second_word is not null and greatest(length(word), length(second_word)) > 3
    union distinct
    select distinct
        message,
        concat(word, ' ', second_word, ' ', third_word) as phrase,
    from with_next
    where third_word is not null and greatest(length(word), length(second_word), length(third_word)) > 3
    union distinct
    select distinct
        message,
        word as phrase,
    from with_next
    where {{ has_wide_script('word') }}
),

covered as (
    select distinct message from matches
),

-- "I want to" is in most messages, with a topic or without: a phrase to add is mostly in messages without.
counted as (
    select
        phrases.phrase,
        {{ count_if('covered.message is null') }} as messages,
    from phrases
    left join covered on phrases.message = covered.message
    group by phrases.phrase
    having
        {{ count_if('covered.message is null') }} >= {{ least_messages }}
        and 2 * {{ count_if('covered.message is null') }} >= count(*)
),

-- "shipping address" says more than "shipping" where the same messages have both.
in_longer as (
    select distinct counted.phrase
    from counted
    inner join counted as longer on counted.messages = longer.messages
    where
        counted.phrase <> longer.phrase
        and strpos(concat(' ', longer.phrase, ' '), concat(' ', counted.phrase, ' ')) > 0
),

missed as (
    select
        counted.phrase,
        counted.messages,
    from counted
    left join in_longer on counted.phrase = in_longer.phrase
    where in_longer.phrase is null
),

sizes as (
    select
        topic,
        count(distinct message) as messages,
    from matches
    group by topic
),

nearness as (
    select
        phrases.phrase,
        matches.topic,
        count(distinct phrases.message) / {{ as_float('max(sizes.messages)') }} as share,
    from phrases
    inner join missed on phrases.phrase = missed.phrase
    inner join matches on phrases.message = matches.message
    inner join sizes on matches.topic = sizes.topic
    group by phrases.phrase, matches.topic
    having count(distinct phrases.message) >= 2
),

nearest as (
    select
        phrase,
        topic,
        row_number() over (partition by phrase order by share desc, topic) as place,
    from nearness
),

placed as (
    select
        nearest.topic,
        missed.phrase,
        missed.messages,
        row_number() over (
            partition by nearest.topic order by missed.messages desc, length(missed.phrase) desc, missed.phrase
        ) as place,
    from missed
    left join nearest on missed.phrase = nearest.phrase and nearest.place = 1
)

select
    topic,
    phrase,
    messages,
from placed
where place <= case when topic is null then 40 else 6 end
order by topic, place
{%- endmacro %}
