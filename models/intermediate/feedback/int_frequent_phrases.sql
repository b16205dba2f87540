-- one row per workspace and wording of a phrase that enough customers use, without wordings that name somebody
{{ config(meta={'daily_with': ['int_phrase_messages']}) }}
{%- set lower_case_customers_min = 20 %}
{%- set lower_case_share_min = 0.75 %}
{%- set wordings_min = 2 %}

with

messages as (
    select * from {{ ref('int_phrase_messages') }}
),

sentences as (
    select * from {{ ref('int_feedback_phrases') }}
    where {{ in_months('conversation_created_at', phrase_months()) }}
),

personal_words as (
    select * from {{ ref('int_personal_words') }}
),

spoken as (
    select
        sentences.workspace_id,
        messages.served_in_conversation_id as conversation_id,
        messages.customer,
        messages.periods_ago,
        sentences.sentence,
        sentences.wordings,
    from sentences
    inner join messages
        on
            sentences.workspace_id = messages.workspace_id
            and sentences.conversation_id = messages.conversation_id
            and sentences.message_id = messages.message_id
),

totals as (
    select
        workspace_id,
        count(distinct conversation_id) as conversations,
        count(distinct case when periods_ago <= {{ phrase_periods_before() }} then conversation_id end) as recent_conversations,
        count(distinct customer) as customers,
    from spoken
    group by workspace_id
),

said as (
    select
        workspace_id,
        conversation_id,
        customer,
        periods_ago,
        wording,
    from {{ unnest_texts('spoken', 'wordings', 'wording') }}
),

-- Most wordings were said once; the rest of the work leaves them out.
repeated as (
    select
        workspace_id,
        wording,
        count(*) as sentences_count,
    from said
    group by workspace_id, wording
    having count(*) >= {{ wordings_min }} and length(replace(wording, ' ', '')) > 1
),

-- How a word in a company's name is written: a name has a capital letter.
written as (
    select
        workspace_id,
        customer,
        wording as word,
        strpos(sentence, wording) > 0 as is_lower_case,
    from {{ unnest_texts('spoken', 'wordings', 'wording') }}
),

written_names as (
    select
        written.workspace_id,
        written.word,
        count(distinct written.customer) as customers,
        {{ count_if('written.is_lower_case') }} / {{ as_float('count(*)') }} as lower_case_share,
    from written
    inner join personal_words
        on written.workspace_id = personal_words.workspace_id and written.word = personal_words.word
    where not personal_words.is_person
    group by written.workspace_id, written.word
),

-- A company may be called "Cloud": what many customers write in lower case is no name. People's names are names however they are written.
names as (
    select
        personal_words.workspace_id,
        personal_words.word,
        personal_words.is_person,
    from personal_words
    left join written_names
        on personal_words.workspace_id = written_names.workspace_id and personal_words.word = written_names.word
    where
        not coalesce(
            written_names.customers >= {{ lower_case_customers_min }}
            and written_names.lower_case_share >= {{ lower_case_share_min }},
            false
        )
),

plain_wordings as (
    select
        *,
        {{ plain_words('wording') }} as words,
    from repeated
),

wording_words as (
    select
        workspace_id,
        wording,
        word,
    from {{ unnest_pieces('plain_wordings', 'trim(words)', "' '", 'word') }}
),

naming as (
    select distinct
        wording_words.workspace_id,
        wording_words.wording,
    from wording_words
    inner join names
        on wording_words.workspace_id = names.workspace_id and wording_words.word = names.word
),

-- Names without spaces in or around them: 田中 in 田中太郎, and the other way round.
naming_without_spaces as (
    select distinct
        repeated.workspace_id,
        repeated.wording,
    from repeated
    inner join names on repeated.workspace_id = names.workspace_id
    where
        {{ has_no_spaces('repeated.wording') }}
        and {{ has_no_spaces('names.word') }}
        and (
            strpos(names.word, replace(repeated.wording, ' ', '')) > 0
            or strpos(replace(repeated.wording, ' ', ''), left(names.word, 2)) > 0
            or (names.is_person and strpos(replace(repeated.wording, ' ', ''), right(names.word, 2)) > 0)
        )
),

nameless as (
    select
        repeated.workspace_id,
        repeated.wording,
        repeated.sentences_count,
        {{ phrase_key('repeated.wording') }} as phrase_key,
    from repeated
    left join naming
        on repeated.workspace_id = naming.workspace_id and repeated.wording = naming.wording
    left join naming_without_spaces
        on
            repeated.workspace_id = naming_without_spaces.workspace_id
            and repeated.wording = naming_without_spaces.wording
    where naming.wording is null and naming_without_spaces.wording is null
),

counted as (
    select
        nameless.workspace_id,
        nameless.phrase_key,
        count(distinct said.conversation_id) as conversations,
        count(distinct case when said.periods_ago <= {{ phrase_periods_before() }} then said.conversation_id end)
            as recent_conversations,
        count(distinct said.customer) as customers,
    from said
    inner join nameless
        on said.workspace_id = nameless.workspace_id and said.wording = nameless.wording
    group by nameless.workspace_id, nameless.phrase_key
),

-- Enough is a number, and in a large workspace a share. The newest weeks are asked as a whole: to choose by the last one alone would
-- choose what rises by chance. A workspace with fewer customers than the least has no others to tell them from.
frequent as (
    select
        counted.workspace_id,
        counted.phrase_key,
        counted.conversations,
    from counted
    inner join totals on counted.workspace_id = totals.workspace_id
    where
        counted.customers >= least({{ var('phrase_min_customers') }}, totals.customers)
        and (
            counted.conversations >= greatest({{ var('phrase_min_conversations') }}, totals.conversations / 2000.0)
            or counted.recent_conversations >= greatest({{ var('phrase_min_conversations') }}, totals.recent_conversations / 2000.0)
        )
),

most_used as (
    select
        nameless.workspace_id,
        nameless.phrase_key,
        nameless.wording,
        frequent.conversations,
    from nameless
    inner join frequent
        on nameless.workspace_id = frequent.workspace_id and nameless.phrase_key = frequent.phrase_key
    where true
    qualify
        row_number() over (
            partition by nameless.workspace_id, nameless.phrase_key
            order by nameless.sentences_count desc, length(nameless.wording) asc, nameless.wording asc
        ) = 1
),

with_parts as (
    select
        *,
        {{ text_pieces(marked_words('wording'), "' '") }} as marked_words,
    from most_used
),

with_wordings as (
    select
        *,
        {{ word_runs('marked_words') }} as parts,
    from with_parts
),

-- "shipping address" says more than "shipping" where nearly the same conversations have both.
part_keys as (
    select
        workspace_id,
        phrase_key as longer_key,
        conversations as longer_conversations,
        {{ phrase_key('part') }} as phrase_key,
    from {{ unnest_texts('with_wordings', 'parts', 'part') }}
),

said_by_longer as (
    select distinct
        part_keys.workspace_id,
        part_keys.phrase_key,
    from part_keys
    inner join frequent
        on part_keys.workspace_id = frequent.workspace_id and part_keys.phrase_key = frequent.phrase_key
    where
        part_keys.phrase_key <> part_keys.longer_key
        and part_keys.longer_conversations >= {{ phrase_overlap_min() }} * frequent.conversations
),

final as (
    select
        nameless.workspace_id,
        nameless.wording,
        {{ shown_phrase('most_used.wording') }} as phrase,
        -- Two letters of Chinese say about as much as a word.
        case
            when {{ has_no_spaces('most_used.wording') }} then length(most_used.phrase_key) / 2.0
            else 1.0 + length(most_used.phrase_key) - length(replace(most_used.phrase_key, ' ', ''))
        end as words_count,
    from nameless
    inner join most_used
        on nameless.workspace_id = most_used.workspace_id and nameless.phrase_key = most_used.phrase_key
    left join said_by_longer
        on nameless.workspace_id = said_by_longer.workspace_id and nameless.phrase_key = said_by_longer.phrase_key
    where said_by_longer.phrase_key is null
)

select * from final
