{#
    A query: for each conversation with a rating, the first rating that a retrieval showed, and whether the rating changed since. Only
    ratings after the same request count, because a new request asks about something new.
    `conversations` and `retrievals` are the caller's relations.
#}
{% macro earlier_ratings(conversations, retrievals) -%}
    select
        workspace_id,
        conversation_id,
        first_rating,
        is_rating_changed,
        -- As in the CSAT score: 4 and 5 are good.
        first_rating < 4 and rating >= 4 as is_rating_improved,
        first_rating >= 4 and rating < 4 as is_rating_worsened,
    from (
        select
            {{ conversations }}.workspace_id,
            {{ conversations }}.conversation_id,
            max({{ conversations }}.rating) as rating,
            {{ first_by(retrievals ~ '.rating', retrievals ~ '.fetched_at') }} as first_rating,
            {{ count_if(retrievals ~ '.rating <> ' ~ conversations ~ '.rating') }} > 0 as is_rating_changed,
        from {{ conversations }}
        inner join {{ retrievals }}
            on
                {{ conversations }}.workspace_id = {{ retrievals }}.workspace_id
                and {{ conversations }}.conversation_id = {{ retrievals }}.conversation_id
                and {{ or_epoch(conversations ~ '.rating_requested_at') }} = {{ or_epoch(retrievals ~ '.rating_requested_at') }}
        where {{ conversations }}.rating is not null and {{ retrievals }}.rating is not null
        group by {{ conversations }}.workspace_id, {{ conversations }}.conversation_id
    ) as rated
{%- endmacro %}
