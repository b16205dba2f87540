{# Whether the model's updates take in changes that another model recorded: changed conversations, changed tickets or changed days. #}
{% macro follows_changes() -%}
    {{ return(followed_model() is not none or model.config.meta.get('follows_days_of') is not none) }}
{%- endmacro %}
