{# One row: the messages looked at (`looked_at_steps`), and those with a topic. #}
{% macro topic_totals() -%}
select
    (select count(*) from looked_at) as messages,
    (select count(distinct message) from matches) as covered
{%- endmacro %}
