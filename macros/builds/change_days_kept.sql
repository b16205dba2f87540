{# For how many days `changes` keeps a change. A model that was not built for so long is built in full. #}
{% macro change_days_kept() %}{{ return(30) }}{% endmacro %}
