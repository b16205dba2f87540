-- one row per customer message that no topic covers and that has a theme: its most telling phrase
{{ config(cluster_by=['workspace_id', 'conversation_id'], meta={'daily_with': ['int_phrase_messages', 'int_phrase_mentions']}) }}
{#- Of the themes, so many may be phrases that are frequent and say little; they take the messages without a better one. #}
{%- set themes_max = var('themes_max') | int %}
{%- set broad_themes_max = themes_max // 5 %}

with

messages as (
    select * from {{ ref('int_phrase_messages') }}
    where not is_covered
),

all_mentions as (
    select * from {{ ref('int_phrase_mentions') }}
),

sentences as (
    select
        workspace_id,
        conversation_id,
        message_id,
        sentence_number,
        sentence,
    from {{ ref('int_feedback_phrases') }}
    where {{ in_months('conversation_created_at', phrase_months()) }}
),

totals as (
    select
        workspace_id,
        count(*) as messages,
    from messages
    group by workspace_id
),

mentions as (
    select all_mentions.*
    from all_mentions
    inner join messages
        on
            all_mentions.workspace_id = messages.workspace_id
            and all_mentions.conversation_id = messages.conversation_id
            and all_mentions.message_id = messages.message_id
),

phrases as (
    select
        workspace_id,
        phrase,
        min(words_count) as words_count,
        count(*) as messages,
    from mentions
    group by workspace_id, phrase
    having count(*) >= {{ var('theme_min_messages') }}
),

-- A phrase tells more the rarer it is and the more words it has. The root of the root keeps the rarest from splitting what belongs
-- together: a phrase of 96 messages counts twice what one of 6 counts.
weighed as (
    select
        phrases.workspace_id,
        phrases.phrase,
        phrases.messages,
        phrases.words_count * ln(totals.messages / {{ as_float('phrases.messages') }}) * sqrt(sqrt(phrases.messages)) as weight,
    from phrases
    inner join totals on phrases.workspace_id = totals.workspace_id
),

first_choices as (
    select
        mentions.workspace_id,
        weighed.phrase,
    from mentions
    inner join weighed on mentions.workspace_id = weighed.workspace_id and mentions.phrase = weighed.phrase
    where true
    qualify
        row_number() over (
            partition by mentions.workspace_id, mentions.conversation_id, mentions.message_id
            order by weighed.weight desc, weighed.phrase asc
        ) = 1
),

chosen as (
    select
        workspace_id,
        phrase,
        count(*) as messages,
    from first_choices
    group by workspace_id, phrase
    having count(*) >= {{ var('theme_min_messages') }}
),

-- Messages whose first choice is too rare choose again, among the phrases that are left.
kept as (
    select
        workspace_id,
        phrase,
    from chosen
    where true
    qualify
        row_number() over (partition by workspace_id order by messages desc, phrase asc) <= {{ themes_max - broad_themes_max }}
    union distinct
    select
        workspace_id,
        phrase,
    from weighed
    where true
    qualify row_number() over (partition by workspace_id order by messages desc, phrase asc) <= {{ broad_themes_max }}
),

second_choices as (
    select
        mentions.workspace_id,
        mentions.conversation_id,
        mentions.message_id,
        mentions.sentence_number,
        mentions.phrase,
    from mentions
    inner join weighed on mentions.workspace_id = weighed.workspace_id and mentions.phrase = weighed.phrase
    inner join kept on mentions.workspace_id = kept.workspace_id and mentions.phrase = kept.phrase
    where true
    qualify
        row_number() over (
            partition by mentions.workspace_id, mentions.conversation_id, mentions.message_id
            order by weighed.weight desc, weighed.phrase asc
        ) = 1
),

themes as (
    select *
    from second_choices
    where true
    qualify count(*) over (partition by workspace_id, phrase) >= {{ var('theme_min_messages') }}
),

final as (
    select
        themes.workspace_id,
        themes.conversation_id,
        themes.message_id,
        themes.phrase as theme,
        messages.account_id,
        messages.contact_id,
        messages.mrr,
        messages.rating,
        left(sentences.sentence, 1000) as quote,
        messages.sent_at,
    from themes
    inner join messages
        on
            themes.workspace_id = messages.workspace_id
            and themes.conversation_id = messages.conversation_id
            and themes.message_id = messages.message_id
    inner join sentences
        on
            themes.workspace_id = sentences.workspace_id
            and themes.conversation_id = sentences.conversation_id
            and themes.message_id = sentences.message_id
            and themes.sentence_number = sentences.sentence_number
)

select * from final
