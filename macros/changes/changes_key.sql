{# A text that is the same for all models of a run that take in the same changes. #}
{% macro changes_key() -%}
    {%- set followed = followed_model() or model.config.meta.period ~ 's of ' ~ model.config.meta.follows_days_of | join(', ') -%}
    {{ return('changes of ' ~ followed ~ ' since ' ~ changes_taken_in()) }}
{%- endmacro %}
