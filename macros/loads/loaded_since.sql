{#
    A condition: a row was loaded (`loaded_at`) at `since` or later. `since` comes from `last_load_taken_in`; without it, always true.
    The time is a constant because BigQuery prunes partitions only for constants.
#}
{% macro loaded_since(loaded_at, since) -%}
    {%- if since is none -%}
        true
    {%- else -%}
        {{ loaded_at }} >= {{ instant_at(since) }}
    {%- endif -%}
{%- endmacro %}
