-- one row per topic, language and text to look for, in the normalized form that sentences are searched for
{{ config(meta={'compares_rows': true}) }}

with

{{ phrase_steps(topics_relation()) }},

final as (
    select
        topic,
        kind,
        language,
        needle,
        near_needles,
        unless_needles,
        has_no_spaces,
        is_searched_everywhere,
        is_in_wide_script,
        first_letters,
    from phrases
)

select * from final
