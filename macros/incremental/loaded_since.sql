{#
    A condition on rows by the time of their load, `loaded_at`: not before `since`, which `last_load_taken_in` gave. Always true
    without one. The time is a constant because BigQuery leaves out the raw tables' days for constants alone.
#}
{% macro loaded_since(loaded_at, since) -%}
    {%- if since is none -%}
        true
    {%- else -%}
        {{ loaded_at }} >= {{ instant_at(since) }}
    {%- endif -%}
{%- endmacro %}
