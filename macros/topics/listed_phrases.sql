{# The phrases of a topic (none: those near no topic), each with the messages that have it: `locked out (4), …`. #}
{% macro listed_phrases(phrases, wanted) -%}
    {%- set texts = [] -%}
    {%- for topic, phrase, messages in phrases if topic == wanted -%}
        {%- do texts.append(phrase ~ ' (' ~ (messages | int) ~ ')') -%}
    {%- endfor -%}
    {{ return(texts | join(', ')) }}
{%- endmacro %}
