{# Prints a sentence on standard output, also with `--quiet`, and writes it to dbt's log. #}
{% macro say(sentence) -%}
    {%- do log(sentence) -%}
    {%- do print(sentence) -%}
{%- endmacro %}
