{#
    A message with each sentence on a line of its own, and without the earlier mail that a mail program put below the answer: what
    follows "On … wrote:" (English, German, French, Spanish, Dutch, Italian, Portuguese), "Original message", a row of underscores
    or a block of From:/Sent: lines; and without the lines that begin with ">", as a whole, before they are cut into sentences.
    Quoted, a complaint would count again with every reply. A sentence has at most `sentence_characters_max()`.
#}
{% macro sentence_lines(body) -%}
    {%- set own_words = replace_pattern(replace_pattern(body, quoted_mail_pattern(), ''), '(^|\\n)[ \\t]*>[^\\n]*', '') -%}
    {{ cut_lines(adapter.dispatch('sentence_lines')(own_words), sentence_characters_max()) }}
{%- endmacro %}

{% macro duckdb__sentence_lines(body) %}regexp_replace({{ body }}, '([.!?…。！？]+)[ \t]+', '\1' || chr(10), 'g'){% endmacro %}

{% macro bigquery__sentence_lines(body) %}regexp_replace({{ body }}, r'([.!?…。！？]+)[ \t]+', concat(r'\1', chr(10))){% endmacro %}
