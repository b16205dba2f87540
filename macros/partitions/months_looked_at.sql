{# The months in which the records of `looked_at` were created; none where all are looked at. #}
{% macro months_looked_at() -%}
    {%- if not looks_at_few() -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set months = months_loaded(model.config.meta.follows_loads_of) -%}
    {{ return(months if months is none or not followed_model() else (months + changes_of_run().months) | unique | list) }}
{%- endmacro %}
