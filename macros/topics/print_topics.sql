{#
    Prints what seeds/topics.csv finds in the newest messages of customers, as `make topics` does: for each topic its messages, examples,
    topics that it shares messages with, and phrases to add; then what no topic covers. It reads what the last build made.
    `dbt run-operation print_topics --args '{messages: 5000, examples: 3, least_messages: 3}'`
    A phrase is worth reading when so many messages without a topic (`least_messages`) have it.
#}
{% macro print_topics(messages=20000, examples=3, least_messages=3) -%}
    {%- if execute -%}
        {%- set matches = load_relation(built_model('int_feedback_matches')) -%}
        {%- if matches is none -%}
            {%- do print('There are no topics to show yet: run make build first.') -%}
        {%- else -%}
            {%- set totals = run_query('with ' ~ looked_at_steps(messages) ~ topic_totals()).rows[0] -%}
            {%- set found = run_query('with ' ~ looked_at_steps(messages) ~ topic_counts()).rows -%}
            {%- set shared = run_query('with ' ~ looked_at_steps(messages) ~ topic_overlaps()).rows -%}
            {%- set quotes = run_query('with ' ~ looked_at_steps(messages) ~ topic_examples(examples)).rows -%}
            {%- set phrases = run_query('with ' ~ looked_at_steps(messages) ~ phrases_without_topic(least_messages)).rows -%}
            {%- do print(topic_lines(totals, found, shared, quotes, phrases) | join('\n')) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
