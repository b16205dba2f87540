{# One row per topic and other topic that messages share (`looked_at_steps`): how many. #}
{% macro topic_overlaps() -%}
select
    matches.topic,
    others.topic as other_topic,
    count(*) as messages,
from matches
inner join matches as others on matches.message = others.message
where matches.topic <> others.topic
group by matches.topic, others.topic
order by count(*) desc, others.topic
{%- endmacro %}
