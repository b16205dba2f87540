{#
    Before a build: says that there is nothing to build from. Raw tables without a row make marts without a row, so that build goes on.
    Errors: no raw table at all. Each model would then fail with a message of its own.
#}
{% macro say_if_empty() -%}
    {%- set raw = source('intercom_raw', 'conversations') -%}
    {%- if builds_ours() and flags.WHICH != 'retry' and 'model.intercom_warehouse.' in selected_resources | join(' ') -%}
        {%- set sentence = 'The warehouse ' ~ (target.path or raw.database ~ '.' ~ raw.schema)
            ~ ' has no conversations yet: run `make sync` first.' -%}
        {%- if adapter.get_relation(raw.database, raw.schema, raw.identifier) is none -%}
            {%- do exceptions.raise_compiler_error(sentence) -%}
        {%- elif run_query('select 1 as one from ' ~ raw ~ ' limit 1').rows | length == 0 -%}
            {%- do say(sentence) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
