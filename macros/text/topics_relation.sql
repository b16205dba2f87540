{# The relation of the topics and their phrases: the one that `vars: topics_relation` names, else the seed. #}
{% macro topics_relation() %}{{ return(seed_or_named('topics', 'topics_relation')) }}{% endmacro %}
