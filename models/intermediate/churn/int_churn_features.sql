-- one row per feature that is compared with churn: its names and its unit in sentences
{%- set features = [
    ('tickets', 'tickets', 'the number of tickets', 'fewest tickets', 'most tickets', 1, ''),
    ('customer_messages', 'messages by the customer', 'the number of messages by the customer', 'fewest messages', 'most messages', 1, ''),
    ('reopened_tickets', 'reopened tickets', 'the number of reopened tickets', 'fewest reopened tickets', 'most reopened tickets', 1, ''),
    ('open_tickets', 'tickets open on the day', 'the number of tickets open on the day', 'fewest open tickets', 'most open tickets', 1, ''),
    (
        'median_first_reply_seconds', 'median time to the first reply', 'the median time to the first reply', 'fastest first replies',
        'slowest first replies', 3600, 'hour',
    ),
    (
        'median_resolution_seconds', 'median time to resolution', 'the median time to resolution', 'fastest resolutions',
        'slowest resolutions', 3600, 'hour',
    ),
    ('low_ratings', 'ratings of 1 or 2', 'the number of ratings of 1 or 2', 'fewest low ratings', 'most low ratings', 1, ''),
    ('average_rating', 'average rating', 'the rating', 'lowest average ratings', 'highest average ratings', 1, ''),
    (
        'bot_only_tickets', 'tickets answered by a bot only', 'the number of tickets answered by a bot only', 'fewest bot-only tickets',
        'most bot-only tickets', 1, '',
    ),
    (
        'days_since_last_ticket', 'days since the last ticket', 'the time since the last ticket', 'most recent tickets',
        'least recent tickets', 1, 'day',
    ),
] %}
with

final as (
    {%- for feature, words, subject, least_words, most_words, unit, unit_name in features %}
        {%- if not loop.first %}
            union all
        {%- endif %}
        select
            {{ loop.index }} as feature_order,
            '{{ feature }}' as feature,
            '{{ words }}' as words,
            '{{ subject }}' as subject,
            '{{ least_words }}' as least_words,
            '{{ most_words }}' as most_words,
            {{ unit }} as unit,
            '{{ ' ' ~ unit_name ~ 's' if unit_name }}' as unit_words,
            '{{ ('1 ' ~ unit_name) | trim }}' as one_unit,
            -- Of the others, more is worse.
            {{ 'true' if feature == 'average_rating' else 'false' }} as is_worse_when_less,
    {%- endfor %}
)

select * from final
