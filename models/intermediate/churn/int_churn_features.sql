-- one row per feature that is compared with churn: its name in sentences, and the unit there
{%- set features = [
    ('tickets', 'tickets', 'fewest tickets', 'most tickets', 1),
    ('customer_messages', 'messages by the customer', 'fewest messages', 'most messages', 1),
    ('reopened_tickets', 'reopened tickets', 'fewest reopened tickets', 'most reopened tickets', 1),
    ('open_tickets', 'tickets open on the day', 'fewest open tickets', 'most open tickets', 1),
    ('median_first_reply_seconds', 'median hours to the first reply', 'fastest first replies', 'slowest first replies', 3600),
    ('median_resolution_seconds', 'median hours to resolution', 'fastest resolutions', 'slowest resolutions', 3600),
    ('low_ratings', 'ratings of 1 or 2', 'fewest low ratings', 'most low ratings', 1),
    ('average_rating', 'average rating', 'lowest average ratings', 'highest average ratings', 1),
    ('bot_only_tickets', 'tickets answered by a bot only', 'fewest bot-only tickets', 'most bot-only tickets', 1),
    ('days_since_last_ticket', 'days since the last ticket', 'most recent tickets', 'least recent tickets', 1),
] %}
with

final as (
    {%- for feature, words, least_words, most_words, unit in features %}
        {%- if not loop.first %}
            union all
        {%- endif %}
        select
            {{ loop.index }} as feature_order,
            '{{ feature }}' as feature,
            '{{ words }}' as words,
            '{{ least_words }}' as least_words,
            '{{ most_words }}' as most_words,
            {{ unit }} as unit,
    {%- endfor %}
)

select * from final
