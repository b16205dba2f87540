{# One row per topic of the list: how many of the messages are about it (`looked_at_steps`). #}
{% macro topic_counts() -%}
, listed as (
    select
        topic,
        min(kind) as kind,
    from {{ topics_relation() }}
    group by topic
)

select
    listed.topic,
    listed.kind,
    count(distinct matches.message) as messages,
from listed
left join matches on listed.topic = matches.topic
group by listed.topic, listed.kind
order by count(distinct matches.message) desc, listed.topic
{%- endmacro %}
