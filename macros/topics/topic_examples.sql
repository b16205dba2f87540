{# So many of the newest sentences of each topic (`looked_at_steps`), each sentence once. #}
{% macro topic_examples(examples_max) -%}
, sentences as (
    select
        topic,
        left({{ replace_pattern('quote', '[[:space:]]+', ' ') }}, 120) as quote,
        max(sent_at) as sent_at,
    from matches
    group by 1, 2
),

numbered as (
    select
        *,
        row_number() over (partition by topic order by sent_at desc, quote) as place,
    from sentences
)

select
    topic,
    quote,
from numbered
where place <= {{ examples_max }}
order by topic, place
{%- endmacro %}
